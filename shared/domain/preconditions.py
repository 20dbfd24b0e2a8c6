"""What a caller expects of a thing it writes: the state it has seen, or that nothing is there yet.

A *tag* names one state of one thing. It is compared under the lock of the write, in the transaction of the write.
"""

from dataclasses import dataclass

from shared.domain.errors import PreconditionFailed

ANY = "*"
"""Stands for whatever state there is."""


@dataclass(frozen=True, slots=True)
class Precondition:
    """What must hold for a write to happen.

    Attributes:
        match: The thing is in one of these states; None: it may be in any, or not be there.
        none_match: The thing is in none of these states; with `ANY` it is not there at all.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def require(self, tag: str | None) -> None:
        """Raise unless the thing, now in the state `tag` (None: not there), is as expected.

        Raises:
            PreconditionFailed: it is not; the message says in which state it is.
        """
        if self.match is not None and (tag is None or not self.match & {tag, ANY}):
            now = f'its ETag is now "{tag}"' if tag is not None else "it is not there"
            raise PreconditionFailed(f"If-Match does not hold: {now}. Read it again.")
        if self.none_match is not None and tag is not None and self.none_match & {tag, ANY}:
            raise PreconditionFailed(f'If-None-Match does not hold: it is there, with the ETag "{tag}".')


NO_PRECONDITION = Precondition()


def company_tag(version: int) -> str:
    """The state of a company."""
    return str(version)


def input_tag(scenario: str, version: int) -> str:
    """The state of a company-quarter in a scenario; the scenarios of one quarter are different things."""
    return f"{scenario}-{version}"
