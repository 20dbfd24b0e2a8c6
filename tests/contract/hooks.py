"""What schemathesis is told beside the description; it loads this module, and the environment says what is there."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import schemathesis
from schemathesis.core.failures import Failure

from tests.contract.excuses import find_excuse

NOTES = "CONTRACT_NOTES"
"""The environment's name for the file where uses of excuses are noted, and what another was asked for, one a line."""
ASKED = "asked "
EXAMPLES = "CONTRACT_EXAMPLES"
"""That of a JSON object: what of the description's examples is replaced `anywhere`, and `import_id`s by operation."""
TWO_COMPANIES = "CONTRACT_COMPANIES"
"""That of a JSON object: by a company's user, a token, and what the company is known by."""
HEADERS = {"If-Match": "*", "If-None-Match": '"of another state"'}
"""Examples that the description leaves out, since its pages would send them with every call that is tried there.

Without one, schemathesis 4.32 sends `0` wherever it is about other parameters, and nothing gets past that.
"""
KEY = "Idempotency-Key"
MIN_REDIRECT = 300
_GOOD_KEY = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")


@schemathesis.hook
def before_load_schema(context: object, raw_schema: dict[str, Any]) -> None:  # noqa: ARG001 (the hook's signature)
    """Let the examples name what is on record here."""
    text = json.dumps(raw_schema)
    examples = json.loads(os.environ[EXAMPLES])
    for example, here in examples["anywhere"].items():
        text = text.replace(example, here)
    raw_schema.update(json.loads(text))
    for operation, parameter in _parameters(raw_schema):
        here = {**HEADERS, "import_id": examples["import_id"].get(operation)}.get(parameter["name"])
        if here is not None:
            parameter["example"] = here


@schemathesis.hook
def before_call(context: object, case: Any, kwargs: dict[str, Any]) -> None:  # noqa: ARG001 (as above)
    """Give each call a key of its own, and the same call the same; mend what is no good data but said to be."""
    headers = case.headers or {}
    if _GOOD_KEY.fullmatch(str(headers.get(KEY, ""))):
        called = repr((headers[KEY], case.method, case.formatted_path, case.query, headers.get("Prefer"), case.body))
        headers[KEY] = hashlib.sha256(called.encode(errors="replace")).hexdigest()
    if case.meta is not None and case.meta.generation.mode.is_positive:
        _mend_good_data(case)


@schemathesis.check
def tells_no_company_of_another(ctx: object, response: Any, case: Any) -> None:  # noqa: ARG001 (a check's signature)
    """What a company's user may read says nothing of the company when the other's user asks for it.

    Schemathesis' own check of objects tries each kind of thing once, and only where it knows who made it.
    """
    companies = json.loads(os.environ[TWO_COMPANIES])
    if case.method != "GET" or response.status_code >= MIN_REDIRECT or case.auth_identity not in companies:
        return
    own = companies.pop(case.auth_identity)["own"]
    (other,) = companies.values()
    headers = {"Authorization": f"Bearer {other['token']}", "Accept": response.request.headers["Accept"]}
    answer = requests.get(response.request.url, headers=headers, timeout=60)
    _note(f"{ASKED}{case.operation.label}")
    revealed = [name for name in own if name in answer.text]
    # A problem repeats the address that was asked for.
    if revealed and answer.ok:
        raise AssertionError(f"the other company's user is told of {revealed}: {answer.text[:300]}")


def _note(what: str) -> None:
    with Path(os.environ[NOTES]).open("a") as notes:
        notes.write(f"{what}\n")


def _mend_good_data(case: Any) -> None:
    """Headers `0`, whatever their pattern, and parameters that a link found to be null and that go out as `None`."""
    for name, example in HEADERS.items():
        if case.headers and str(case.headers.get(name)) == "0":
            case.headers[name] = example
    for name in [name for name, value in (case.query or {}).items() if value is None]:
        del case.query[name]


@schemathesis.hook
def filter_failure(context: object, failure: Failure, case: Any, response: Any) -> bool:  # noqa: ARG001 (as above)
    """Whether a failure stands; one that has an excuse is noted and does not."""
    excuse = find_excuse(failure, case, response)
    if excuse is not None:
        _note(excuse)
    return excuse is None


def _parameters(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every parameter, with the name of its operation."""
    for methods in described["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                yield operation["operationId"], parameter
