"""A workbook as others see it: its cells through another library's reader, its parts as the zip's XML."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any
from xml.parsers.expat import ParserCreate

import python_calamine


class Opened:
    """A workbook's bytes, opened."""

    def __init__(self, content: bytes) -> None:
        self._workbook = python_calamine.load_workbook(io.BytesIO(content))
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            assert file.testzip() is None
            self.parts = {name: file.read(name).decode() for name in file.namelist()}
        self.sheet_names = self._workbook.sheet_names

    def rows(self, sheet: str) -> list[list[Any]]:
        """Every row from the first on, as calamine reads it."""
        return self._workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)

    def xml(self, sheet: str) -> str:
        """The sheet's own XML."""
        return self.parts[f"xl/worksheets/sheet{self.sheet_names.index(sheet) + 1}.xml"]

    def assert_harmless(self) -> None:
        """Every part is well-formed; no formula, no macro, nothing from outside."""
        for name, text in self.parts.items():
            ParserCreate().Parse(text, True)  # noqa: FBT003 (the parser takes it by position: the text is whole)
            assert "<f>" not in text, name
            assert "<f " not in text, name
            assert "externalLink" not in text, name
            assert 'TargetMode="External"' not in text, name
        assert not [name for name in self.parts if "vba" in name.lower() or "externalLinks" in name]


def exact(value: Any) -> Any:
    """A cell's number as the shortest decimal it is."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def day_of(value: Any) -> Any:
    """A cell's date, which some readers give as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
