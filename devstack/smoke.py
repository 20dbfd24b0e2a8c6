"""The smoke test of a deployment: does the new version answer, describe itself, and keep strangers out?

`python3 -m devstack.smoke https://HOST`. Standard library only. It asks until all is well or the time is over.
"""

import json
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE_SECONDS = 300.0
PAUSE_SECONDS = 10.0
_TIMEOUT_SECONDS = 30


def complaints(base: str) -> list[str]:
    """What is wrong with the deployment at that address, one sentence each."""
    found = []
    status, body = _ask(f"{base}/v1/health")
    if status != HTTPStatus.OK or body.get("status") != "ok" or body.get("database") != "ok":
        found.append(f"/v1/health answers {status} {body}")
    status, body = _ask(f"{base}/openapi.json")
    if status != HTTPStatus.OK or not str(body.get("openapi", "")).startswith("3.1"):
        found.append(f"/openapi.json answers {status}")
    status, body = _ask(f"{base}/v1/companies")
    if status != HTTPStatus.UNAUTHORIZED:
        found.append(f"/v1/companies answers {status} to somebody without a token")
    return found


def wait_until_well(base: str, patience: float = PATIENCE_SECONDS, pause: float = PAUSE_SECONDS) -> list[str]:
    """Ask until nothing is wrong; what is wrong still when the time is over."""
    began = time.monotonic()
    found = complaints(base)
    while found and time.monotonic() - began < patience:
        time.sleep(pause)
        found = complaints(base)
    return found


def _ask(url: str) -> tuple[int, dict]:
    """Status and JSON of a GET; status 0 where nobody answers."""
    try:
        with urlopen(Request(url), timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 (the address is the operator's)
            status, content = answer.status, answer.read()
    except HTTPError as error:
        status, content = error.code, error.read()
    except (URLError, TimeoutError, ConnectionError) as error:
        return 0, {"error": str(error)}
    try:
        body = json.loads(content)
    except ValueError:
        body = {}
    return status, body if isinstance(body, dict) else {}


def main(arguments: Sequence[str]) -> int:
    """Ask the address that is given; 0 where all is well."""
    if len(arguments) != 1 or not arguments[0].startswith(("https://", "http://127.0.0.1")):
        sys.stderr.write("smoke: give one address, https://HOST\n")
        return 2
    found = wait_until_well(arguments[0].rstrip("/"))
    for sentence in found:
        sys.stderr.write(f"smoke: {sentence}\n")
    if not found:
        print(f"{arguments[0]} is well")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
