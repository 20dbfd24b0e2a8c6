"""devhost's README names every file, and no other."""

import re
from pathlib import Path


def test_the_map_is_the_folder(project_root: Path) -> None:
    folder = project_root / "devhost"
    named = re.findall(r"^\| `(\w+\.py)` \| \S", (folder / "README.md").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in folder.glob("*.py"))
