"""What releases and deployments ask: the changelog's section, and whether the new version is well."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from devstack import release_notes, smoke
from devstack.release_notes import notes_of

CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Later.

## [1.2.0] - 2026-11-24

### Added

- This.

## [1.1.0] - 2026-10-01

- That.
"""
WELL = {
    "/v1/health": (200, {"status": "ok", "database": "ok"}),
    "/openapi.json": (200, {"openapi": "3.1.0"}),
    "/v1/companies": (401, {"code": "unauthorized"}),
}


@contextmanager
def answering(answers: dict[str, tuple[int, dict]]) -> Iterator[str]:
    """A server that gives these answers; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_release_s_notes_are_its_section():
    assert notes_of("v1.2.0", CHANGELOG) == "### Added\n\n- This.\n"
    assert notes_of("1.1.0", CHANGELOG) == "- That.\n"


@pytest.mark.parametrize("version", ["v1.2", "v9.9.9", "vUnreleased"])
def test_a_version_without_a_section_is_no_release(version: str):
    with pytest.raises(ValueError, match="no section"):
        notes_of(version, CHANGELOG)


def test_the_program_says_that_there_is_no_section(capsys: pytest.CaptureFixture[str]):
    assert release_notes.main(["v99.0.0"]) == 1
    assert "no section" in capsys.readouterr().err


def test_a_deployment_that_answers_as_it_should_is_well():
    with answering(WELL) as address:
        assert smoke.wait_until_well(address) == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v1/health", (503, {"status": "degraded", "database": "unavailable"})),
        ("/openapi.json", (200, {"title": "a parked page"})),
        ("/v1/companies", (200, {"items": []})),
        ("/v1/companies", (403, {})),
    ],
)
def test_a_deployment_that_does_not_is_named(path: str, answer: tuple[int, dict]):
    with answering({**WELL, path: answer}) as address:
        (found,) = smoke.wait_until_well(address, patience=0)

    assert found.startswith(f"{path} answers {answer[0]}")


def test_a_deployment_is_asked_until_it_is_well():
    answers = {**WELL, "/v1/health": (503, {})}
    with answering(answers) as address:
        timer = threading.Timer(0.2, answers.__setitem__, ("/v1/health", WELL["/v1/health"]))
        timer.start()
        assert smoke.wait_until_well(address, patience=10, pause=0.1) == []
        timer.join()


def test_nobody_answering_is_not_well(capsys: pytest.CaptureFixture[str]):
    with answering(WELL) as address:
        pass

    assert len(smoke.wait_until_well(address, patience=0)) == 3
    assert smoke.main(["example.org"]) == 2
    assert "give one address" in capsys.readouterr().err
