"""Who the app is to Azure: its managed identity, on a developer's machine the developer; blobs reached by it."""

import base64
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from azure.identity import ChainedTokenCredential, ManagedIdentityCredential

from devstack.azurite import ACCOUNT, azurite, connection_string
from devstack.processes import free_port
from durable_imports import blobs
from shared.credentials import get_credential
from tests.shared.credentials.conftest import forget
from tests.shared.credentials.identity_endpoint import CLIENT_ID, IdentityEndpoint

COLD_START = """
import sys
import function_app
from shared.data.engine import answers
answers()
print([name for name in sys.modules if name.startswith(("azure.identity", "azure.keyvault", "azure.storage", "msal"))])
"""


@pytest.mark.parametrize("environment", ["production", "staging", "prod", ""])
def test_away_from_a_developer_s_machine_only_the_managed_identity_speaks(
    identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch, environment: str
):
    monkeypatch.setenv("APP_ENVIRONMENT", environment)
    forget()

    credential = get_credential()

    assert isinstance(credential, ManagedIdentityCredential)
    assert credential.get_token("https://vault.azure.net/.default").token == identity.token


def test_on_a_developer_s_machine_the_developer_s_tools_speak(
    identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("APP_ENVIRONMENT", "local")
    forget()

    credential = get_credential()

    assert isinstance(credential, ChainedTokenCredential)
    kinds = [type(each).__name__ for each in credential.credentials]
    assert kinds == ["AzureCliCredential", "AzureDeveloperCliCredential"]
    assert identity.asked == []


def test_a_cold_start_loads_no_library_for_credentials(project_root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")

    command = [sys.executable, "-c", COLD_START]
    run = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


@pytest.fixture
def storage(
    identity: IdentityEndpoint, certificate: Path, tmp_path: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Azurite over TLS, which takes a token of the identity; the app's settings name no key."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    port, key = free_port(), base64.b64encode(secrets.token_bytes(32)).decode()
    service = azurite(project_root, location=tmp_path / "blobs", port=port, key=key, log=tmp_path / "azurite.log")
    url = f"https://127.0.0.1:{port}/{ACCOUNT}"
    service.command = [*service.command, "--cert", str(certificate), "--key", str(certificate), "--oauth", "basic"]
    service.serves = lambda: _serves(url)
    who = {"tid": "5f6b1f4e-1111-4c3c-9a52-7f0e3f6c2d10", "oid": CLIENT_ID}
    claims = {"iss": "https://sts.windows.net/t/", "aud": "https://storage.azure.com", "iat": 0, "nbf": 0, **who}
    identity.token = jwt.encode({**claims, "exp": int(time.time()) + 3600}, "k" * 32, algorithm="HS256")
    monkeypatch.setenv("ImportsStorage__blobServiceUri", url)
    monkeypatch.delenv("ImportsStorage", raising=False)
    forget()
    service.launch()
    service.wait(60)
    blobs._service.cache_clear()
    yield url
    blobs._service.cache_clear()
    service.stop()


def _serves(url: str) -> bool:
    try:
        return bool(requests.get(f"{url}?comp=list", timeout=10).status_code)
    except requests.RequestException:
        return False


def test_files_are_kept_and_drop_links_signed_without_a_key(storage: str, identity: IdentityEndpoint):
    kept = blobs.save_content(b"a,b\n1,2\n")
    with blobs.open_content(kept) as file:
        assert file.read() == b"a,b\n1,2\n"
    now = datetime.now(UTC)
    link = urlsplit(blobs.sign_drop("acme/one.csv", now, now + timedelta(minutes=5)))

    # Azurite cannot check it: it does not know the newest way to sign with a lent key.
    signed = parse_qs(link.query)
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{storage}/imports/acme/one.csv"
    assert (signed["skoid"], signed["sks"], signed["sp"], signed["sr"]) == ([CLIENT_ID], ["b"], ["c"], ["b"])
    assert datetime.fromisoformat(signed["se"][0]) - now <= timedelta(minutes=5)
    assert set(identity.asked) == {"https://storage.azure.com"}


def test_a_connection_string_comes_before_the_identity(identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ImportsStorage", connection_string(1, base64.b64encode(b"nobody's").decode()))
    monkeypatch.setenv("ImportsStorage__blobServiceUri", "https://127.0.0.1:1/other")
    forget()
    blobs._service.cache_clear()

    assert blobs._service().url == f"http://127.0.0.1:1/{ACCOUNT}/"
    assert identity.asked == []
    blobs._service.cache_clear()
