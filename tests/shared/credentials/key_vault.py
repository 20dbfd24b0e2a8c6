"""A Key Vault on loopback, over TLS with a certificate of its own: the challenge, secrets, and faults."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.x509.oid import NameOID

CHALLENGE = 'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"'

_SIGNS = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
"""Python 3.13 verifies strictly: who signs a certificate must say that it may."""


class KeyVault(ThreadingHTTPServer):
    """Gives secrets to who brings the token.

    Attributes:
        token: The one it accepts.
        secrets: By name.
        status: Another one than 200 is a fault.
        read: Names of the secrets that were given.
    """

    daemon_threads = True

    def __init__(self, certificate: Path, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.token = token
        self.secrets: dict[str, str] = {}
        self.status = 200
        self.read: list[str] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self.server_port}"

    def answer(self, path: str, authorization: str | None) -> tuple[int, dict[str, Any]]:
        """Status and body."""
        name = path.split("/")[2]
        if authorization != f"Bearer {self.token}":
            return 401, {"error": {"code": "Unauthorized", "message": "AKV10000"}}
        if self.status != 200:
            return self.status, {"error": {"code": "Fault", "message": f"{self.secrets.get(name)} is not told"}}
        if name not in self.secrets:
            return 404, {"error": {"code": "SecretNotFound", "message": name}}
        self.read.append(name)
        identity = f"{self.url}/secrets/{name}/0123456789abcdef0123456789abcdef"
        return 200, {"value": self.secrets[name], "id": identity, "attributes": {"enabled": True}}


class _Handler(BaseHTTPRequestHandler):
    server: KeyVault

    def do_GET(self) -> None:
        status, document = self.server.answer(urlsplit(self.path).path, self.headers["Authorization"])
        body = json.dumps(document).encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", CHALLENGE)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def write_certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself, in one file."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    return path
