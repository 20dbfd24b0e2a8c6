"""Real files damaged at random, read under a cap on memory: run as a process of its own.

Usage: python -m tests.durable_imports.readers.mutations SEED COUNT MEGABYTES. Prints what became of them as JSON.
"""

import faulthandler
import io
import json
import random
import resource
import struct
import sys
import zipfile
from collections import Counter
from pathlib import Path

from durable_imports.readers import UnreadableFileError, open_sheets
from shared.services.import_files import choose_table
from tests.oracle.published import FOLDER

_LARGEST = 70_000
_SLOWEST = 10


def real_files() -> list[Path]:
    """The messy files that are small enough to be read many times over."""
    return [path for path in sorted((FOLDER / "messy").iterdir()) if path.stat().st_size < _LARGEST]


def mutated(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """The content with bits turned, pieces cut out, doubled, overwritten or taken from another file."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if not data:
            break
        place, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 64, 512))
        match chance.randrange(7):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                del data[place:]
            case 2:
                del data[place : place + length]
            case 3:
                data[place:place] = data[place : place + length]
            case 4:
                data[place : place + 4] = struct.pack("<L", chance.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)))
            case 5:
                begin = chance.randrange(max(1, len(other)))
                data[place : place + length] = other[begin : begin + length]
            case _:
                data[place] = chance.choice(b"\0\xff\"\r\n,;<>&'=%PK")
    return bytes(data)


def repacked(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A workbook with one of its parts mutated and the archive made anew, so that the damage lies deeper."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    parts[chosen] = mutated(parts[chosen], other, chance)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def read_through(content: bytes, *, cached_values: bool) -> str:
    """`read`, or the code of the refusal."""
    try:
        with open_sheets(io.BytesIO(content), cached_values=cached_values) as sheets:
            choose_table(sheets)
            for sheet in sheets:
                for _ in sheet.read_rows():
                    pass
    except UnreadableFileError as error:
        return error.code
    return "read"


def run(seed: int, count: int) -> Counter[str]:
    """What became of so many mutated files; anything but a result or a refusal goes up as it is."""
    chance = random.Random(seed)
    contents = [path.read_bytes() for path in real_files()]
    outcomes: Counter[str] = Counter()
    for number in range(count):
        content, other = chance.choice(contents), chance.choice(contents)
        deep = content.startswith(b"PK") and chance.random() < 0.6
        made = repacked(content, other, chance) if deep else mutated(content, other, chance)
        try:
            outcomes[read_through(made, cached_values=chance.random() < 0.5)] += 1
        except BaseException:
            sys.stderr.write(f"seed {seed}, file {number}\n")
            raise
    return outcomes


def main() -> None:
    """Read under the cap and print the outcomes."""
    seed, count, megabytes = map(int, sys.argv[1:])
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    outcomes = run(seed, count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    sys.stdout.write(json.dumps({"outcomes": outcomes, "peak_megabytes": peak}))


if __name__ == "__main__":
    main()
