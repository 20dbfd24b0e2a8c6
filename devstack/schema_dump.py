"""Writes `sql/schema.sql`: what a freshly migrated database looks like, in one file that people read and diff."""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from devstack.databases import create_database, migrate
from devstack.postgres import THROWAWAY, PostgresServer, binaries

SCHEMA_FILE = Path(__file__).parents[1] / "sql" / "schema.sql"
HEADER = "-- A freshly migrated database; written by `python3 dev.py generate`, compared by a test. Do not edit.\n\n"
_DATABASE = "schema"
_NOISE = re.compile(
    r"^(?:-- Dumped .*|-- PostgreSQL database dump.*|\\(?:un)?restrict .*|SET .*|SELECT pg_catalog\.set_config\(.*)$"
)
_OBJECT = re.compile(r"^-- Name: (?P<name>.+?); Type: (?P<kind>.+?); Schema: .*$")


def normalise(dump: str) -> str:
    """The text of a `pg_dump --schema-only` without what differs from server to server and from run to run."""
    lines: list[str] = []
    for line in dump.splitlines():
        if line == "--" or _NOISE.match(line):
            continue
        heading = _OBJECT.match(line)
        text = f"-- {heading['kind'].lower()}: {heading['name']}" if heading else line.rstrip()
        if text or (lines and lines[-1]):
            lines.append(text)
    return HEADER + "\n".join(lines).strip() + "\n"


def dump_schema(libpq_url: str) -> str:
    """The normalised schema of a database."""
    result = subprocess.run(
        [str(binaries() / "pg_dump"), "--schema-only", "--no-owner", "--dbname", libpq_url],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"the schema could not be dumped: {result.stderr.strip()}")
    return normalise(result.stdout)


def migrated_schema() -> str:
    """The normalised schema of a new database at the newest migration."""
    with tempfile.TemporaryDirectory(prefix="schema-") as folder:
        server = PostgresServer(Path(folder), settings=THROWAWAY)
        server.start()
        try:
            create_database(server, _DATABASE)
            migrate(server.url(_DATABASE))
            return dump_schema(server.libpq_url(_DATABASE))
        finally:
            server.stop()


def main() -> int:
    """Write the file, or say whether it is up to date."""
    parser = argparse.ArgumentParser(prog="devstack.schema_dump", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    options = parser.parse_args()
    schema = migrated_schema()
    if not options.check:
        SCHEMA_FILE.write_text(schema)
    elif not SCHEMA_FILE.exists() or SCHEMA_FILE.read_text() != schema:
        sys.stderr.write("sql/schema.sql is not what the migrations make; run: python3 dev.py generate\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
