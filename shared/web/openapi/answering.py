"""The description and its pages as HTTP answers: what may be kept, and what a browser may load."""

from html import escape
from string import Template
from urllib.parse import urlsplit

import azure.functions as func

from shared.domain.media_types import JSON
from shared.settings import get_settings
from shared.web.conditions import tag_header, unless_held
from shared.web.openapi.assets import OWN_FOLDER, asset_url, load_asset
from shared.web.openapi.document import Issuer, write_document
from shared.web.request import ApiRequest

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"
_NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ASSET_POLICY = f"default-src 'none'; script-src 'self'; {_NOTHING_ELSE}"


def current_issuer() -> Issuer:
    """Whose tokens this app takes."""
    settings = get_settings()
    url = settings.auth_issuer or Issuer().url
    return Issuer(url, settings.auth_audiences[0])


def answer_document(request: ApiRequest) -> func.HttpResponse:
    """The OpenAPI document, or 304."""
    document = write_document(current_issuer())
    headers = {"Cache-Control": ASK_AGAIN}
    return _known_or(request, document.text.encode(), JSON, document.tag, headers)


def answer_swagger_page() -> func.HttpResponse:
    """Swagger UI.

    Raises:
        Unavailable: its files are not installed.
    """
    issuer = current_issuer()
    page = _fill(
        "swagger.html",
        icon=asset_url("favicon-32x32.png"),
        style=asset_url("swagger-ui.css"),
        library=asset_url("swagger-ui-bundle.js"),
        start=asset_url("swagger-start.js"),
        client_id=get_settings().docs_client_id,
        scope=issuer.scope,
    )
    origin = urlsplit(issuer.url)
    # Calls from the page go to the app itself, and for a token to the issuer; Swagger UI's icons are data: URLs.
    return _page(page, f"connect-src 'self' {origin.scheme}://{origin.netloc}; img-src 'self' data:; style-src 'self'")


def answer_redoc_page() -> func.HttpResponse:
    """ReDoc.

    Raises:
        Unavailable: its files are not installed.
    """
    page = _fill(
        "redoc.html",
        icon=asset_url("favicon-32x32.png"),
        library=asset_url("redoc.standalone.js"),
        start=asset_url("redoc-start.js"),
    )
    # ReDoc's styles are written by styled-components into style elements while it runs; its logo is a data: URL.
    return _page(page, "connect-src 'self'; img-src 'self' data:; style-src 'unsafe-inline'")


def answer_asset(request: ApiRequest, name: str, version: str | None) -> func.HttpResponse:
    """A file of a page, or 304; for ever when it is asked for by its version.

    Raises:
        NotFound: no page has such a file.
        Unavailable: it was not installed.
    """
    asset = load_asset(name)
    keep = FOR_EVER if version == asset.version else ASK_AGAIN
    headers = {"Cache-Control": keep, "Content-Security-Policy": _ASSET_POLICY}
    return _known_or(request, asset.content, asset.media_type, asset.version, headers)


def _fill(name: str, **values: str) -> str:
    template = Template((OWN_FOLDER / name).read_text())
    return template.substitute({key: escape(value) for key, value in values.items()})


def _page(html: str, allowed: str) -> func.HttpResponse:
    policy = f"default-src 'none'; script-src 'self'; {allowed}; {_NOTHING_ELSE}"
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": policy}
    return func.HttpResponse(html, headers=headers, mimetype="text/html", charset="utf-8")


def _known_or(
    request: ApiRequest, content: bytes, media_type: str, tag: str, headers: dict[str, str]
) -> func.HttpResponse:
    def make() -> func.HttpResponse:
        typed = {"Content-Type": media_type}
        return func.HttpResponse(content, headers=typed, mimetype=media_type.partition(";")[0])

    return unless_held(request, tag, {**tag_header(tag), **headers}, make)
