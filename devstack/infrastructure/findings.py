"""What the gate says: a finding names its rule, its place and what is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        path: The file, from the project's root.
        line: The line in it, from 1; 0 where the file as a whole is meant.
        rule: The rule's id, `family.name`.
        message: What is wrong, in a sentence.
    """

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.rule}: {self.message}"


class GateError(Exception):
    """The gate could not look: a tool or a library is missing or failed. Never taken for "nothing found"."""
