"""Everything that can be wrong with a request, as one small tree.

    PlatformError
    ├── InvalidInput          the caller's data cannot be used; names every offending field at once
    ├── NotAuthenticated      no token, or one that does not hold
    ├── NotAllowed            a good token without the permission
    ├── NotFound              no such thing, or not for this principal's eyes
    │   └── OutOfSight        a company or an upload by its id: whether it is there, nobody is told
    ├── Conflict              the request contradicts what is stored
    ├── PreconditionFailed    what the caller expects of the thing it writes does not hold
    ├── TooManyCalls          the principal's quota is used up for now
    └── Unavailable           a part of the platform does not answer just now; trying again is right

An error carries a code, never a status: `shared/web/problems.py` holds the only table from code to status.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One offending field: where it stands (one of pointer, parameter, header), its code, and what would be right."""

    code: str
    message: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class PlatformError(Exception):
    """The root: `code` is stable and for machines, `detail` is a sentence for a person."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code


class InvalidInput(PlatformError):  # noqa: N818 (the name is what it says; "Error" would add nothing)
    """The caller's data cannot be used."""

    code = "invalid_input"

    def __init__(
        self,
        errors: Iterable[FieldError],
        detail: str = "The request has fields that cannot be used.",
        *,
        code: str | None = None,
    ) -> None:
        super().__init__(detail, code=code)
        self.errors = tuple(errors)


class NotAuthenticated(PlatformError):  # noqa: N818 (as InvalidInput)
    """No bearer token, or one that does not hold."""

    code = "not_authenticated"


class NotAllowed(PlatformError):  # noqa: N818 (as InvalidInput)
    """The principal lacks the permission the route names; `scope` is what a token would have to carry besides."""

    code = "not_allowed"

    def __init__(self, detail: str, *, code: str | None = None, scope: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.scope = scope


class NotFound(PlatformError):  # noqa: N818 (as InvalidInput)
    """No such thing for this principal: what may not be seen is not told apart from what is not there."""

    code = "not_found"


class OutOfSight(NotFound):
    """A company or an upload is named that is not there for this principal; told like any NotFound."""


class Conflict(PlatformError):  # noqa: N818 (as InvalidInput)
    """The request contradicts what is stored; the detail says what to do instead."""

    code = "conflict"


class PreconditionFailed(PlatformError):  # noqa: N818 (as InvalidInput)
    """The thing is not in the state in which the caller expects it; nothing was written."""

    code = "precondition_failed"


class TooManyCalls(PlatformError):  # noqa: N818 (as InvalidInput)
    """The principal's quota is used up; `retry_after` says for how many seconds."""

    code = "rate_limited"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(PlatformError):  # noqa: N818 (as InvalidInput)
    """A part of the platform does not answer just now."""

    code = "unavailable"
