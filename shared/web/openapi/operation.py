"""What is to be said about a route beside its path, its permission and its handler's docstring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from shared.domain.media_types import JSON
from shared.schemas.queries import NoQuery
from shared.web.openapi.conventions import Conventions

COMPANY_ID = "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10"
"""The company of all examples."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing a call may be answered with.

    Attributes:
        description: What it means.
        schema: The JSON body's model; None: a body of `media_types` that is no JSON, or none.
        media_types: What forms the body takes; empty: there is no body.
        headers: Names of headers that it has beside those of the operation's conventions.
    """

    description: str
    schema: type[BaseModel] | None = None
    media_types: tuple[str, ...] = (JSON,)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route as callers see it.

    Attributes:
        answers: By status, what is answered when all is well; the first one is the usual one.
        query: The schema of the query parameters: the one the handler parses with.
        body: The schema of a JSON body, likewise; None: no JSON is read.
        body_is_list: Whether the body is a list of `body`, of at most MAX_BATCH.
        body_required: Whether a body must be sent.
        files: The media types of a body that is a file.
        query_example: Query parameters of a call that is answered as the first of `answers`.
        body_example: Its body: JSON, or a file's text.
        path_example: Path parameters of that call which differ from the usual examples.
        problems: Codes of problems that only some routes have.
        conventions: What it has in common with others: the headers it reads and tells, and what follows from them.
    """

    answers: Mapping[HTTPStatus, Answer]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    body_is_list: bool = False
    body_required: bool = True
    files: tuple[str, ...] = ()
    query_example: Mapping[str, Any] = field(default_factory=dict)
    body_example: Any = None
    path_example: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    conventions: Conventions = ()


def answer_ok(schema: type[BaseModel], description: str) -> dict[HTTPStatus, Answer]:
    """200 with a JSON body."""
    return {HTTPStatus.OK: Answer(description, schema)}


NO_CONTENT = {HTTPStatus.NO_CONTENT: Answer("Done.", media_types=())}
