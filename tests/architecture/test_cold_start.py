"""What an instance imports before its first call; a module more here is time that somebody waits."""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.architecture.sources import ROOMS, ROOT

MOST_MODULES = 30
"""Of ours; it was 207 when every room was imported."""
LATER = {
    "azure.identity": "a third of a second, for tokens where no password is configured",
    "azure.storage": "half a second, for uploads and backups",
    "azure.core": "what Azure's clients stand on",
    "opencensus": "nearly half a second; telemetry is sent from a thread of its own",
    "requests": "the rates' timer asks by it",
    "jwt": "for calls that carry a token; timers and activities have none",
    "cryptography": "as jwt, which imports all of it",
    "alembic": "migrations and restores",
    "xlsxwriter": "workbooks",
    "python_calamine": "uploaded workbooks",
    "sqlmodel": "tables are declared by it; the app reads by SQL",
    "shared.data.tables": "who writes to a table imports its family",
    "shared.schemas": "a room imports the schemas of what it is sent",
    "shared.services": "use cases are their rooms'",
    "shared.web.endpoint": "as the rooms, and with it all of the web",
    "shared.web.openapi": "the description of the API",
    **{room: "rooms are imported at their first call" for room in ROOMS if room != "durable_imports"},
    "durable_imports.starters": "as the other rooms; of this one the type of a parameter is imported",
}
TELL = "import sys, json, function_app; print(json.dumps(sorted(sys.modules)))"


@cache
def imported() -> list[str]:
    """The modules of a fresh process that has imported the app."""
    ran = subprocess.run([sys.executable, "-c", TELL], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(ran.stdout)


@pytest.mark.parametrize("library", LATER)
def test_the_app_is_imported_without(library: str) -> None:
    found = [name for name in imported() if name == library or name.startswith(f"{library}.")]

    assert found == [], LATER[library]


def test_the_app_is_imported_with_what_every_function_stands_on() -> None:
    assert {"azure.durable_functions", "psycopg2", "sqlalchemy.orm", "shared.data.engine"} <= set(imported())


def test_the_app_imports_few_modules_of_its_own() -> None:
    own = [name for name in imported() if name.partition(".")[0] in {*ROOMS, "shared"}]

    assert len(own) <= MOST_MODULES, own
