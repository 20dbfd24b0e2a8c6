"""The local OIDC issuer: discovery document and keys over HTTP, and faults on command.

`POST /control/rotate` signs with a new key from then on; the last one stays published until the next rotation.
`POST /control/withdraw` publishes the signing key only.
`POST /control/outage?seconds=N` answers 503 for N seconds (0 ends it).
"""

import argparse
import json
import os
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from devstack.service import Service, answers
from devstack.signing import KeyRing, issuer_url

KEY_FILE = "issuer-keys.json"


class IssuerServer(ThreadingHTTPServer):
    """Serves one tenant on 127.0.0.1."""

    daemon_threads = True

    def __init__(self, port: int, tenant: str, keys: KeyRing) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.tenant = tenant
        self.keys = keys
        self.out_until = 0.0
        self.guard = threading.Lock()

    @property
    def issuer(self) -> str:
        """What tokens carry in `iss`."""
        return issuer_url(self.server_port, self.tenant)

    def document(self, path: str) -> dict[str, object] | None:
        """What is published at `path`."""
        keys = f"/{self.tenant}/discovery/v2.0/keys"
        if path == keys:
            return dict(self.keys.published(self.issuer))
        if path == f"/{self.tenant}/v2.0/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "jwks_uri": f"http://127.0.0.1:{self.server_port}{keys}",
                "id_token_signing_alg_values_supported": ["RS256"],
                "subject_types_supported": ["pairwise"],
            }
        return None

    def control(self, path: str, query: dict[str, list[str]]) -> dict[str, object] | None:
        """Do what a test asks for."""
        if path == "/control/rotate":
            return {"kid": self.keys.rotate()}
        if path == "/control/withdraw":
            return {"withdrawn": self.keys.withdraw()}
        if path == "/control/outage":
            seconds = float(query["seconds"][0])
            self.out_until = time.monotonic() + seconds
            return {"out_for_seconds": seconds}
        return None


class _Handler(BaseHTTPRequestHandler):
    server: IssuerServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if time.monotonic() < self.server.out_until:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "temporarily_unavailable"})
            return
        with self.server.guard:
            document = self.server.document(urlsplit(self.path).path)
        self._answer_found(document)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urlsplit(self.path)
        try:
            with self.server.guard:
                done = self.server.control(target.path, parse_qs(target.query))
        except (KeyError, ValueError):
            self._answer(HTTPStatus.BAD_REQUEST, {"error": "say ?seconds=N, a number"})
            return
        self._answer_found(done)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's signature)
        sys.stderr.write(f"{self.log_date_time_string()} {format % args}\n")

    def _answer_found(self, document: dict[str, object] | None) -> None:
        if document is None:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "not_found"})
        else:
            self._answer(HTTPStatus.OK, document)

    def _answer(self, status: HTTPStatus, document: dict[str, object]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def issuer_service(root: Path, *, data_dir: Path, port: int, tenant: str, log: Path) -> Service:
    """The issuer as a process of the stack."""
    arguments = ["--keys", str(data_dir / KEY_FILE), "--port", str(port), "--tenant", tenant]
    return Service(
        name="issuer",
        command=[sys.executable, "-m", "devstack.issuer", *arguments],
        log=log,
        serves=answers(f"{issuer_url(port, tenant)}/.well-known/openid-configuration"),
        environment={**os.environ, "PYTHONPATH": str(root)},
    )


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="devstack.issuer", description=__doc__)
    parser.add_argument("--keys", type=Path, required=True, help="the file that keeps the keys")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tenant", required=True, help="the tenant's id")
    options = parser.parse_args()
    IssuerServer(options.port, options.tenant, KeyRing(options.keys)).serve_forever()


if __name__ == "__main__":
    main()
