"""What is sent to close and to reopen a reporting quarter."""

from pydantic import Field

from shared.schemas.fields import Line, Strict


class CloseRequest(Strict):
    """A note for the records."""

    reason: Line | None = Field(default=None, max_length=500)


class ReopenRequest(Strict):
    """Why a closed quarter is opened again."""

    reason: Line = Field(max_length=500)
