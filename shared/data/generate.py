"""Writes what is made from the catalogue: `python -m shared.data.generate [--check]`."""

import sys
from pathlib import Path

from shared.data.derivation_sql import derivation_sql

ROOT = Path(__file__).parents[2]


def generated() -> dict[Path, str]:
    """Every generated file and its text."""
    return {ROOT / "sql" / "functions" / "derive_reporting.sql": derivation_sql()}


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which differ. Answers the exit code."""
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not what its source says; run `python3 dev.py generate`\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(generated()[path])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
