"""Reads `defects/*.txt`: what is put into a copy of the tree, and the rule that must find it.

A defect is the rule and what went wrong, the file, the text that stood there (`-`), the text that is there now (`+`).
"""

from dataclasses import dataclass
from pathlib import Path

from devstack.infrastructure.sources import read_sources

FOLDER = Path(__file__).with_name("defects")
SOURCES = read_sources()


@dataclass(frozen=True)
class Defect:
    """A change that breaks something.

    Attributes:
        rule: The rule that must find it.
        what: What went wrong, as its author would say it.
        path: The file.
        old: The text that stood there; the first of its kind is changed.
        new: The text that stands there now.
    """

    rule: str
    what: str
    path: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"

    def changed(self) -> str:
        """The file's text with the defect in it."""
        text = SOURCES[self.path]
        assert self.old in text, f"{self.path} does not say {self.old!r} any more"
        return text.replace(self.old, self.new, 1)


def read_defects(*names: str) -> tuple[Defect, ...]:
    """The defects of these files, in order."""
    return tuple(
        _read(block)
        for name in names
        for block in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n\n")
        if not block.startswith("#")
    )


def _read(block: str) -> Defect:
    head, path, *changes = block.strip("\n").split("\n")
    rule, _, what = head.partition(": ")
    old, new = ("\n".join(line[1:] for line in changes if line.startswith(sign)) for sign in "-+")
    assert all(line.startswith(("-", "+")) for line in changes), block
    assert old, block
    return Defect(rule, what, path.strip(), old, new)
