"""What stands in for Application Insights on loopback: it takes `/v2.1/track` as the service does, and keeps it."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "00000000-0000-4000-8000-00000000c0de"
OPERATION, PARENT = "ai.operation.id", "ai.operation.parentId"
Envelope = dict[str, Any]


class Collector:
    """A collector that listens.

    Attributes:
        status: What it answers.
        bodies: The text of every request, as it came.
        headers: Their headers.
    """

    def __init__(self) -> None:
        self.status = HTTPStatus.OK
        self.bodies: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def connection_string(self) -> str:
        """How an exporter finds it."""
        return connection_string(self._server.server_address[1])

    @property
    def envelopes(self) -> list[Envelope]:
        """All that was taken."""
        return [envelope for body in list(self.bodies) for envelope in json.loads(body)]

    def of_kind(self, base_type: str) -> list[Envelope]:
        """Those of one kind, `RequestData` for example."""
        return [envelope for envelope in self.envelopes if envelope["data"]["baseType"] == base_type]

    def metrics(self) -> dict[str, list[dict[str, Any]]]:
        """The points of every metric, each with its labels under `labels`, by the metric's name."""
        found: dict[str, list[dict[str, Any]]] = {}
        for envelope in self.of_kind("MetricData"):
            data = envelope["data"]["baseData"]
            for point in data["metrics"]:
                found.setdefault(point["name"], []).append({**point, "labels": data["properties"]})
        return found

    def wait_for(self, probe: Callable[[], Any], what: str, patience: float = 30) -> Any:
        """The probe's first true answer."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if answer := probe():
                return answer
            time.sleep(0.05)
        raise AssertionError(f"waited {patience:.0f} s in vain until {what}")

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def connection_string(port: int) -> str:
    """The connection string of whatever listens on that port."""
    return f"InstrumentationKey={KEY};IngestionEndpoint=http://127.0.0.1:{port}"


@contextmanager
def listening() -> Iterator[Collector]:
    """A collector for a while."""
    collector = Collector()
    try:
        yield collector
    finally:
        collector.close()


def base_data(envelope: Envelope) -> dict[str, Any]:
    """What an envelope tells."""
    data: dict[str, Any] = envelope["data"]["baseData"]
    return data


def _handler_of(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            taken = len(json.loads(body))
            if self.path == "/v2.1/track" and collector.status == HTTPStatus.OK:
                collector.headers.append({name.lower(): value for name, value in self.headers.items()})
                collector.bodies.append(body.decode())
            said = json.dumps({"itemsReceived": taken, "itemsAccepted": taken, "errors": []}).encode()
            self.send_response(collector.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            return

    return Handler
