"""Query parameters of the files of the documentation pages."""

from shared.schemas.fields import Strict


class AssetQuery(Strict):
    """Which version of a page's file.

    Attributes:
        v: The version the page names; with it the file may be kept for ever.
    """

    v: str | None = None
