"""The local blob service: Azurite, a real implementation of the Blob Storage protocol."""

import os
from pathlib import Path

from devstack.service import Service, answers

ACCOUNT = "portfoliolocal"
PROGRAM = Path("node_modules") / "azurite" / "dist" / "src" / "blob" / "main.js"


def connection_string(port: int, key: str) -> str:
    """How a storage client reaches the service on `port`."""
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};"
        f"BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
    )


def azurite(root: Path, *, location: Path, port: int, key: str, log: Path) -> Service:
    """The process: blobs under `location`, one account of that key."""
    location.mkdir(parents=True, exist_ok=True)
    command = ["node", str(root / PROGRAM), "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    command += ["--location", str(location), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    return Service(
        name="azurite",
        command=command,
        log=log,
        serves=answers(f"http://127.0.0.1:{port}/{ACCOUNT}?comp=list"),
        environment={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
    )
