"""Nothing secret is in the repository, and the scan that says so finds what it looks for."""

import base64
import json
import secrets
import string

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from jwt.algorithms import ECAlgorithm

from tests.architecture.secret_patterns import _WELL_KNOWN, PATTERNS, find_secrets
from tests.architecture.sources import ROOT, project_files


def letters(count: int) -> str:
    """Letters and digits by chance, so that no seed stands in this file."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(count))


def pem() -> str:
    """A private key as it would be pasted."""
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return generate_ec_key(SECP256R1()).private_bytes(encoding, form, serialization.NoEncryption()).decode()


KEY = base64.b64encode(secrets.token_bytes(64)).decode()
SIGNATURE = base64.b64encode(secrets.token_bytes(32)).decode()
SEEDS = {
    "private key": pem(),
    "private JWK": json.dumps(ECAlgorithm.to_jwk(generate_ec_key(SECP256R1()), as_dict=True)),
    "signed token": "Authorization: Bearer " + jwt.encode({"sub": "a"}, letters(32), algorithm="HS256"),
    "shared access signature": f"https://a.blob.core.windows.net/c?sv=2026-01-01&sp=c&sig={SIGNATURE}",
    "account key": f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY};EndpointSuffix=core.windows.net",
    "password of a connection": f"Host=db.example;Username=app;Password={letters(12)};",
    "password in a URL": f"postgresql+psycopg2://app:{letters(12)}@db.example:5432/portfolio",
    "storage key": f"key: {letters(76)}+ASt{letters(6)}==",
    "Functions key": f"https://app.example/api/x?code={letters(44)}AzFu{letters(6)}==",
    "client secret": f"AZURE_CLIENT_SECRET: {letters(3)}8Q~{letters(34)}",
    "GitHub token": f"token = ghp_{letters(36)}",
    "token of a registry": f"//registry.example/:_authToken=npm_{letters(36)}",
    "key of another cloud": f"AKIA{''.join(secrets.choice(string.ascii_uppercase) for _ in range(16))}",
}
HARMLESS = [
    "postgresql+psycopg2://user:password@127.0.0.1:5432/portfolio",
    'f"postgresql://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.port}/{database}"',
    "https://login.microsoftonline.com/<tenant id>/v2.0",
    f"AccountName=devstoreaccount1;AccountKey={_WELL_KNOWN};",
    "AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};",
    '"integrity": "sha512-' + KEY + '"',
    "Authorization: Bearer $(python3 dev.py token --role Portfolio.Read)",
    "mailto:someone@firm.example, http://host:8080/a@b",
]


def test_no_file_of_the_project_holds_a_secret() -> None:
    found = [
        f"{path}:{line} looks like a {kind}"
        for path in project_files()
        for line, kind in find_secrets((ROOT / path).read_bytes().decode("latin-1"))
    ]

    assert len(project_files()) > 300
    assert found == []


@pytest.mark.parametrize("kind", sorted(PATTERNS))
def test_the_scan_finds_a_secret_of_every_kind(kind: str) -> None:
    assert (2, kind) in set(find_secrets(f"first line\n{SEEDS[kind]}\n"))


@pytest.mark.parametrize("text", HARMLESS)
def test_the_scan_passes_over_what_is_none(text: str) -> None:
    assert list(find_secrets(text)) == []
