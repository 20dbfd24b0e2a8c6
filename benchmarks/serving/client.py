"""A client that keeps its connection: one call after another, the body whole."""

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass

WAIT_SECONDS = 120


class RefusedAnswerError(AssertionError):
    """A server answered otherwise than a benchmark can use."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """One connection to a server on 127.0.0.1.

    Raises:
        ConnectionRefusedError: nobody listens there yet.
    """

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET.

        Raises:
            RefusedAnswerError: its status is neither 200 nor 304.
        """
        self._connection.request("GET", path, headers=dict(headers))
        found = self._connection.getresponse()
        body = found.read()
        if found.status not in {http.HTTPStatus.OK, http.HTTPStatus.NOT_MODIFIED}:
            raise RefusedAnswerError(f"GET {path} answered {found.status}: {body[:500]!r}")
        return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, body)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
