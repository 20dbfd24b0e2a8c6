"""What people say about uploads: why they decide as they do, and what they are about to drop."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.schemas.described import FILE_NAME, Described
from shared.schemas.fields import Line, Strict


class ImportDecision(Strict):
    """Why it is approved, rejected, cancelled or tried again, for the records."""

    reason: Line | None = Field(default=None, max_length=500)


def _plain_name(value: str) -> str:
    if "/" in value or "\\" in value or not value.isprintable() or value.strip(".") == "":
        raise ValueError("write the file's name without a path")
    return value


class DropLink(Strict):
    """The name of a file that is about to be dropped."""

    file_name: Annotated[Line, AfterValidator(_plain_name), Described(pattern=FILE_NAME)] = Field(max_length=200)
