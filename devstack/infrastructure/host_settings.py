"""host.json against its published JSON schema.

`host.schema.json` is SchemaStore's "JSON schema for Azure Functions host.json files" (Apache-2.0), as the package
`schemastore` 0.2.3 carries it. It is older than two settings of Durable Functions; `DOCUMENTED_SINCE` says which.

Rules: `host.json`, `host.schema`, `host.documented`.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from devstack.infrastructure.findings import Finding, GateError
from devstack.infrastructure.sources import Sources

SCHEMA = Path(__file__).with_name("host.schema.json")
DOCUMENTED_SINCE = {
    "defaultVersion": {"type": "string", "minLength": 1},
    "versionMatchStrategy": {"enum": ["None", "Strict", "CurrentOrOlder"]},
    "versionFailureStrategy": {"enum": ["Reject", "Fail"]},
}
"""Settings of `extensions.durableTask` that learn.microsoft.com documents ("Orchestration versioning in Durable
Functions") and that the schema does not know yet."""
BUNDLE = {"type": "string", "pattern": r"^\[\d+(\.\d+|\.\*){0,2}, ?\d+\.\d+\.\d+\)$"}
"""How a range of versions of the extension bundle is written: from, included, to, excluded."""
LONGEST_TIMEOUT = "24:00:00"


@cache
def load_schema() -> dict[str, Any]:
    """The published schema with what was documented since.

    Raises:
        GateError: the schema knows one of those by now, or is not what it was.
    """
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8-sig"))
    durable = schema["definitions"]["durableTask-extension"]["properties"]
    if known := set(durable) & set(DOCUMENTED_SINCE):
        raise GateError(f"the schema knows {', '.join(known)} by now: take it out of DOCUMENTED_SINCE")
    durable.update(DOCUMENTED_SINCE)
    schema["definitions"]["version-2"]["properties"]["extensionBundle"]["properties"]["version"].update(BUNDLE)
    return schema


def check_host(sources: Sources) -> Iterator[Finding]:
    """Everything that is wrong with host.json."""
    try:
        told = json.loads(sources["host.json"])
    except ValueError as error:
        yield Finding("host.json", 0, "host.json", f"this is not JSON: {error}")
        return
    schema = load_schema()
    version2 = {
        "$schema": schema["$schema"],
        "definitions": schema["definitions"],
        **schema["definitions"]["version-2"],
    }
    for fault in jsonschema.Draft4Validator(version2).iter_errors(told):
        place = ".".join(map(str, fault.absolute_path)) or "the whole"
        yield Finding("host.json", 0, "host.schema", f"{place}: {fault.message}")
    known = schema["definitions"]["version-2"]["properties"]["extensions"]["properties"]
    for name in sorted(set(told.get("extensions", {})) - set(known)):
        yield Finding("host.json", 0, "host.documented", f"extensions.{name} is no extension that is known")
    if told.get("version") != "2.0":
        yield Finding("host.json", 0, "host.documented", "version must be 2.0")
    if told.get("functionTimeout") in {None, "-1"} or str(told["functionTimeout"]) > LONGEST_TIMEOUT:
        yield Finding("host.json", 0, "host.documented", "functionTimeout must be a length of time")
