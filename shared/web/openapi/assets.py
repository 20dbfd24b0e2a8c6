"""The files of the pages: our own beside this module, and those of Swagger UI and ReDoc, which set-up copies here.

Only the names listed are served. A file's URL carries the beginning of its hash, so it may be kept for ever.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from shared.domain.errors import NotFound, Unavailable

OWN_FOLDER = Path(__file__).with_name("pages")
INSTALLED_FOLDER = Path(__file__).with_name("vendor")
OWN = frozenset({"swagger-start.js", "redoc-start.js"})
INSTALLED = frozenset(
    {
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "favicon-32x32.png",
        "oauth2-redirect.html",
        "oauth2-redirect.js",
        "redoc.standalone.js",
    }
)
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a page."""

    content: bytes
    media_type: str
    version: str


@lru_cache(maxsize=len(OWN) + len(INSTALLED))
def load_asset(name: str) -> Asset:
    """A file by its name.

    Raises:
        NotFound: no page has such a file.
        Unavailable: it was not installed.
    """
    if name not in OWN | INSTALLED:
        raise NotFound(f"No page has a file called {name!r}.")
    path = (OWN_FOLDER if name in OWN else INSTALLED_FOLDER) / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Unavailable(
            "The pages' files are not installed. On one machine `python3 dev.py up` installs them; "
            "a deployment takes them along when `python3 -m devstack.page_assets` ran before it.",
            code="pages_not_installed",
        ) from None
    return Asset(content, MEDIA_TYPES[path.suffix], sha256(content).hexdigest()[:32])


def asset_url(name: str) -> str:
    """The URL of a file as it now is.

    Raises:
        Unavailable: it was not installed.
    """
    return f"/docs/assets/{name}?v={load_asset(name).version}"
