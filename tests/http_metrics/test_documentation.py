"""The description and its pages over HTTP: what may be kept, what a browser may load, what is said when files lack."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from devstack.page_assets import COPIES, NO_LOGO, AssetError, copy_page_assets
from shared.settings import get_settings
from shared.web.openapi import assets
from tests.architecture.sources import ROOT
from tests.http_metrics.client import Client

PAGES = ("/docs", "/redoc")
NAMES = sorted(assets.OWN | assets.INSTALLED)


@pytest.fixture(autouse=True)
def installed(offline_api: Client) -> Client:
    """The pages' files are in the app, and the database is not there: the description needs none."""
    copy_page_assets(ROOT)
    assets.load_asset.cache_clear()
    return offline_api


@pytest.fixture
def anyone() -> Client:
    """A client without a token."""
    return Client("")


class Sources(HTMLParser):
    """The URLs a page loads, and how much script or style stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.urls += [url for name in ("src", "href") if (url := told.get(name))]
        handlers = [name for name in told if name.startswith("on")]
        self.inline += handlers + [tag] * (tag == "style" or (tag == "script" and "src" not in told))


def test_the_document_is_answered_once_and_then_known(anyone: Client):
    first = anyone.get("/openapi.json")
    again = anyone.call("GET", "/openapi.json", headers={"if-none-match": f'"other", W/{first.headers["ETag"]}'})
    other = anyone.call("GET", "/openapi.json", headers={"if-none-match": '"other"'})

    assert (first.status, first.media_type) == (200, "application/json")
    assert first.json["openapi"] == "3.1.0"
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (other.status, other.body) == (200, first.body)


def test_people_sign_in_where_the_tokens_come_from(anyone: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AUTH_ISSUER", "https://login.microsoftonline.com/9f3a/v2.0")
    monkeypatch.setenv("AUTH_AUDIENCE", "api://other")
    monkeypatch.setenv("DOCS_CLIENT_ID", 'a"<b')
    get_settings.cache_clear()
    document, page = anyone.get("/openapi.json").json, anyone.get("/docs")

    (flow,) = document["components"]["securitySchemes"]["entra"]["flows"].values()
    assert flow["authorizationUrl"] == "https://login.microsoftonline.com/9f3a/oauth2/v2.0/authorize"
    assert flow["tokenUrl"] == "https://login.microsoftonline.com/9f3a/oauth2/v2.0/token"
    assert list(flow["scopes"]) == ["api://other/.default"]
    assert document["paths"]["/v1/companies"]["get"]["security"][0] == {"entra": ["api://other/.default"]}
    assert "connect-src 'self' https://login.microsoftonline.com;" in page.headers["Content-Security-Policy"]
    assert 'data-client-id="a&quot;&lt;b"' in page.text
    assert 'data-scope="api://other/.default"' in page.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_only_versioned_files_of_the_app_itself(anyone: Client, path: str):
    page = anyone.get(path)
    policy = page.headers["Content-Security-Policy"]
    sources = Sources(page.text)

    assert (page.status, page.media_type, sources.inline) == (200, "text/html", [])
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert len(sources.urls) >= 3
    for url in sources.urls:
        file = anyone.get(url)
        assert (file.status, file.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        assert urlsplit(url).path.removeprefix("/docs/assets/") in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_file_s_type_is_told_and_without_its_version_it_is_asked_for_again(anyone: Client, name: str):
    file = anyone.get(f"/docs/assets/{name}?v=older")
    known = anyone.call("GET", f"/docs/assets/{name}", headers={"if-none-match": file.headers["ETag"]})

    assert file.headers["Content-Type"] == assets.MEDIA_TYPES[Path(name).suffix]
    assert file.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert file.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (known.status, known.body) == (304, b"")


@pytest.mark.parametrize("name", ["swagger.html", "redoc.LICENSE", "..%2Fassets.py", "%2Fetc%2Fpasswd", "x" * 300])
def test_no_other_file_is_served(anyone: Client, name: str):
    answer = anyone.get(f"/docs/assets/{name}")

    assert (answer.status, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", [*PAGES, "/docs/assets/swagger-ui.css"])
def test_without_the_files_the_answer_says_how_to_get_them(
    anyone: Client, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(assets, "INSTALLED_FOLDER", tmp_path / "nothing")

    answer = anyone.get(path)

    assert (answer.status, answer.json["code"]) == (503, "pages_not_installed")
    assert "dev.py up" in answer.json["detail"]
    assert "devstack.page_assets" in answer.json["detail"]


def test_the_files_copied_are_the_files_served_and_load_nothing_from_elsewhere():
    licences = {name for name in COPIES.values() if name.endswith((".LICENSE", ".NOTICE"))}
    pinned = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert set(COPIES.values()) - licences == assets.INSTALLED
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
    assert b"cdn.redoc.ly" not in assets.load_asset("redoc.standalone.js").content


def test_files_are_copied_once_and_a_package_that_changed_is_noticed(tmp_path: Path):
    for source in COPIES:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_bytes(b"a = 'https://cdn.redoc.ly/redoc/logo-mini.svg'")
    redoc = tmp_path / "node_modules/redoc/bundles/redoc.standalone.js"

    assert len(copy_page_assets(tmp_path)) == len(COPIES)
    assert copy_page_assets(tmp_path) == []
    assert NO_LOGO in (tmp_path / "shared/web/openapi/vendor/redoc.standalone.js").read_bytes()
    redoc.write_bytes(b"loads something else")
    with pytest.raises(AssetError, match="logo"):
        copy_page_assets(tmp_path)
    redoc.unlink()
    with pytest.raises(AssetError, match="npm ci"):
        copy_page_assets(tmp_path)
