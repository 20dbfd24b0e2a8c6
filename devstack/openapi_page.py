"""`docs/openapi.json`: the API's description as the app serves it where no issuer is set."""

import argparse
import sys
from pathlib import Path

from shared.web.openapi.document import Issuer, write_document

PAGE = Path(__file__).parents[1] / "docs" / "openapi.json"


def main() -> int:
    """Write the description, or say whether it is up to date."""
    parser = argparse.ArgumentParser(prog="devstack.openapi_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    options = parser.parse_args()
    text = write_document(Issuer()).text
    if not options.check:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        sys.stderr.write("docs/openapi.json is not what the app describes; run: python3 dev.py generate\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
