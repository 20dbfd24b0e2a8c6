"""The files of `/docs` and `/redoc`: copied from the locked npm packages into the app, so that a deployment has them.

`python -m devstack.page_assets` does it by itself. Standard library only: the set-up runs it before any package is
there.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = Path("shared/web/openapi/vendor")
SWAGGER, REDOC = "node_modules/swagger-ui-dist", "node_modules/redoc"
COPIES = {
    f"{SWAGGER}/swagger-ui-bundle.js": "swagger-ui-bundle.js",
    f"{SWAGGER}/swagger-ui.css": "swagger-ui.css",
    f"{SWAGGER}/favicon-32x32.png": "favicon-32x32.png",
    f"{SWAGGER}/oauth2-redirect.html": "oauth2-redirect.html",
    f"{SWAGGER}/oauth2-redirect.js": "oauth2-redirect.js",
    f"{SWAGGER}/LICENSE": "swagger-ui.LICENSE",
    f"{SWAGGER}/NOTICE": "swagger-ui.NOTICE",
    f"{REDOC}/bundles/redoc.standalone.js": "redoc.standalone.js",
    f"{REDOC}/LICENSE": "redoc.LICENSE",
}
LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
NO_LOGO = b"data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E"


class AssetError(Exception):
    """A package is not there, or is not what this module knows."""


def copy_page_assets(root: Path = ROOT) -> list[Path]:
    """Copy what is not there yet or has changed; answers the files written.

    Raises:
        AssetError: a package is not installed, or ReDoc names its logo on the network otherwise than before.
    """
    (root / TARGET).mkdir(parents=True, exist_ok=True)
    written = []
    for source, name in COPIES.items():
        if not (root / source).is_file():
            raise AssetError(f"{source} is not there; run: npm ci")
        content, target = _offline((root / source).read_bytes(), name), root / TARGET / name
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
            written.append(target)
    return written


def _offline(content: bytes, name: str) -> bytes:
    """ReDoc without the one picture it would load from a network of others; everything else as it is."""
    if name != "redoc.standalone.js":
        return content
    if content.count(LOGO) != 1:
        raise AssetError(
            "ReDoc does not name its logo as it did; look at what it loads, and adapt devstack/page_assets"
        )
    return content.replace(LOGO, NO_LOGO)


def main() -> int:
    """Copy, and say what was written."""
    try:
        written = copy_page_assets()
    except AssetError as problem:
        sys.stderr.write(f"page assets: {problem}\n")
        return 1
    sys.stderr.write(f"page assets: {len(written)} of {len(COPIES)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
