"""The notes of a release: its section of CHANGELOG.md.

`python3 -m devstack.release_notes v1.2.3 > notes.md`. Standard library only.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def notes_of(version: str, changelog: str) -> str:
    """The section `## [1.2.3] - date` of a changelog, without its heading.

    Raises:
        ValueError: there is none, or it says nothing.
    """
    number = re.escape(version.removeprefix("v"))
    found = re.search(rf"^## \[{number}\] - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise ValueError(
            f"CHANGELOG.md has no section `## [{version.removeprefix('v')}] - yyyy-mm-dd` that says anything"
        )
    return found[1].strip() + "\n"


def main(arguments: Sequence[str]) -> int:
    """Print the notes of the version that is given."""
    try:
        (version,) = arguments
        notes = notes_of(version, CHANGELOG.read_text(encoding="utf-8"))
    except ValueError as problem:
        sys.stderr.write(f"release notes: {problem}\n")
        return 1
    sys.stdout.write(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
