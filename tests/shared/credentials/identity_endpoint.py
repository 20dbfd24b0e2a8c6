"""The managed-identity endpoint of an App Service instance, on loopback: what it gives, and how it fails."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT_ID = "3b9d6e1c-52b4-4f6a-8a50-0d1b7c3f9e21"


class IdentityEndpoint(ThreadingHTTPServer):
    """Gives tokens to who knows its header.

    Attributes:
        header: What the platform puts into IDENTITY_HEADER.
        token: What is given.
        lifetime: Seconds until it expires.
        status: Another one than 200 is a failure.
        pause: Seconds until it answers.
        asked: What for (`resource`), each time.
    """

    daemon_threads = True

    def __init__(self, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.header = "planted-identity-header"
        self.token = token
        self.lifetime = 86_400
        self.status = 200
        self.pause = 0.0
        self.asked: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """What the platform sets for the app."""
        return {
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{self.server_port}/msi/token",
            "IDENTITY_HEADER": self.header,
            "AZURE_CLIENT_ID": CLIENT_ID,
        }

    def answer(self, query: dict[str, list[str]], header: str | None) -> tuple[int, dict[str, Any]]:
        """Status and body."""
        self.asked.append(query["resource"][0])
        time.sleep(self.pause)
        if self.status != 200:
            return self.status, {"statusCode": self.status, "message": "no token today"}
        if header != self.header or query.get("client_id") != [CLIENT_ID]:
            return 400, {"statusCode": 400, "message": "who is asking?"}
        expires = int(time.time()) + self.lifetime
        return 200, {
            "access_token": self.token,
            "expires_on": str(expires),
            "resource": query["resource"][0],
            "token_type": "Bearer",
            "client_id": CLIENT_ID,
        }


class _Handler(BaseHTTPRequestHandler):
    server: IdentityEndpoint

    def do_GET(self) -> None:
        status, document = self.server.answer(parse_qs(urlsplit(self.path).query), self.headers["X-IDENTITY-HEADER"])
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """While a server answers, in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
