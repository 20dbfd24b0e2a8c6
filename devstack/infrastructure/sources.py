"""The files that the gate looks at, as texts by their path: what is on disk, or the same with a change."""

from collections.abc import Mapping
from pathlib import Path

from devstack.infrastructure.findings import GateError

ROOT = Path(__file__).parents[2]
FOLDERS = {"bicep": (".bicep", ".bicepparam", ".json"), ".github": (".yml", ".yaml")}
SINGLE = (
    "host.json",
    "local.settings.example.json",
    "shared/settings.py",
    "shared/data/engine.py",
    "docs/operations.md",
)

Sources = Mapping[str, str]


def read_sources(root: Path = ROOT) -> dict[str, str]:
    """Every file that the gate looks at.

    Raises:
        GateError: one that must be there is not.
    """
    paths = [
        path
        for folder, endings in FOLDERS.items()
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in endings and path.is_file()
    ]
    missing = [name for name in SINGLE if not (root / name).is_file()]
    if missing or not paths:
        raise GateError(f"not there: {', '.join(missing) or ', '.join(FOLDERS)}")
    paths += [root / name for name in SINGLE]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}
