"""A TCP proxy before PostgreSQL that can lose the acknowledgement of one commit."""

import socket
import threading
from contextlib import suppress

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The statement as psycopg2 sends it."""
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""What PostgreSQL answers when it has committed; after a failure it would say ROLLBACK."""
PIECE = 65_536


class LossyProxy:
    """Passes everything on until it is told to lose an acknowledgement.

    Attributes:
        port: Where clients connect, on 127.0.0.1.
        lost: How many commits were carried out whose acknowledgement the client did not get.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.lost = 0
        self._doomed: set[int] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_next_commit(self, client_port: int) -> None:
        """Let the client at this port commit once more, and cut its connection instead of answering."""
        self._doomed.add(client_port)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, (_, client_port) = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client, client_port), daemon=True).start()

    def _serve(self, client: socket.socket, client_port: int) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port))
        except OSError:
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = _Link(client, server)
        threading.Thread(target=self._pass_answers, args=(link,), daemon=True).start()
        with suppress(OSError):
            while piece := client.recv(PIECE):
                if piece == COMMIT and client_port in self._doomed:
                    self._doomed.discard(client_port)
                    link.swallows = True
                server.sendall(piece)
        link.cut()

    def _pass_answers(self, link: "_Link") -> None:
        with suppress(OSError):
            while piece := link.server.recv(PIECE):
                if link.swallows:
                    self.lost += piece.startswith(COMMITTED)
                    break
                link.client.sendall(piece)
        link.cut()


class _Link:
    """One client's connection and its own to the server."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.swallows = False

    def cut(self) -> None:
        """End both; whoever waits on one of them is woken."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
