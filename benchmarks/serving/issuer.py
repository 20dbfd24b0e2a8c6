"""The token issuer of a benchmark: the local stack's, in a thread of this process, and one reader's token."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from devstack.issuer import IssuerServer
from devstack.signing import Bearer, KeyRing, sign_token

TENANT = "3c1f6a0e-7d52-4f0b-9a35-5b1f0d9f6b27"
MINUTES = 24 * 60


class _QuietServer(IssuerServer):
    """The issuer, without a line in the table's way for each call."""

    def __init__(self, keys: KeyRing) -> None:
        super().__init__(0, TENANT, keys)
        handler = self.RequestHandlerClass
        self.RequestHandlerClass = type("_Quiet", (handler,), {"log_message": lambda *_: None})


@contextmanager
def running_issuer() -> Iterator[tuple[str, str]]:
    """The issuer's URL, and a token by which everything may be read."""
    with TemporaryDirectory(prefix="portfolio-issuer-") as folder:
        server = _QuietServer(KeyRing(Path(folder) / "keys.json"))
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        bearer = Bearer(["Portfolio.Read"])
        try:
            key = server.keys.signing_key
            yield server.issuer, sign_token(key, bearer, issuer=server.issuer, tenant=TENANT, minutes=MINUTES)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
