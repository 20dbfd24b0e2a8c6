"""The deployment package: one zip of what `.funcignore` leaves of the tracked files, and the files of the API's pages.

`python3 -m devstack.package [--output FILE]`. Standard library and git only. The same commit gives the same bytes.
"""

import argparse
import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from devstack.page_assets import TARGET, AssetError, copy_page_assets

ROOT = Path(__file__).parents[1]
OUTPUT = Path(".local/package.zip")
IGNORE_FILE = ".funcignore"
LARGEST_BYTES = 100_000_000
_STARTED = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can carry: times would make each build another one."""
_MODE = 0o100644 << 16
PINS, LOCK = "requirements.txt", "requirements.lock"
"""In the package the first has the content of the second: every package with its hashes, which pip then insists on."""
REQUIRED = ("function_app.py", "function_index.json", "host.json", PINS)


class PackageError(Exception):
    """The package cannot be built; the message says why."""


def packaged_files(root: Path = ROOT) -> list[str]:
    """The paths of what is deployed, from the root.

    Raises:
        PackageError: something that must be deployed is not among them.
    """
    tracked = set(_git(root, "ls-files", "--cached"))
    ignored = set(_git(root, "ls-files", "--cached", "--ignored", f"--exclude-from={IGNORE_FILE}"))
    pages = {path.relative_to(root).as_posix() for path in (root / TARGET).glob("*") if path.is_file()}
    files = sorted({path for path in tracked - ignored if (root / path).is_file()} | pages)
    if missing := [name for name in REQUIRED if name not in files]:
        raise PackageError(f"{', '.join(missing)} would not be deployed; look at {IGNORE_FILE}")
    if not (root / LOCK).is_file():
        raise PackageError(f"{LOCK} is not there: what it pins is what is deployed")
    return files


def build_package(output: Path, root: Path = ROOT) -> str:
    """Write the package; answers its SHA-256.

    Raises:
        PackageError: it cannot be built, or is larger than it may be.
    """
    try:
        copy_page_assets(root)
    except AssetError as problem:
        raise PackageError(str(problem)) from None
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for path in packaged_files(root):
            entry = zipfile.ZipInfo(path, _STARTED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _MODE
            package.writestr(entry, (root / (LOCK if path == PINS else path)).read_bytes())
    if output.stat().st_size > LARGEST_BYTES:
        raise PackageError(f"{output} has {output.stat().st_size:,} bytes; at most {LARGEST_BYTES:,} are deployed")
    return hashlib.sha256(output.read_bytes()).hexdigest()


def _git(root: Path, *arguments: str) -> list[str]:
    ran = subprocess.run(["git", *arguments, "-z"], cwd=root, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise PackageError(f"git {arguments[0]} failed: {ran.stderr.strip()}")
    return [path for path in ran.stdout.split("\0") if path]


def main(arguments: Sequence[str]) -> int:
    """Build it, and say what it is."""
    parser = argparse.ArgumentParser(prog="devstack.package", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / OUTPUT, help=f"the zip (default {OUTPUT})")
    options = parser.parse_args(arguments)
    try:
        digest = build_package(options.output)
    except PackageError as problem:
        sys.stderr.write(f"package: {problem}\n")
        return 1
    print(f"{options.output}: {len(packaged_files())} files, {options.output.stat().st_size:,} bytes, sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
