"""From a file's bytes to a table of text: encoding, delimiter, header and rows of a CSV file."""

import csv
import io

from shared.services.import_files import MAX_COLUMNS, Table

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_CELL = 4_000
DELIMITERS = ",;\t"
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class UnreadableFileError(ValueError):
    """The file cannot be read at all; the message says why and what would be right."""


def read_table(content: bytes) -> Table:
    """The header and the data rows, numbered as in the file; blank rows are left out.

    Raises:
        UnreadableFileError: too large, no text, no header, or a quote that never ends.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read. Split it.")
    text = _decode(content)
    first_line = text.lstrip().partition("\n")[0]
    if not first_line.strip():
        raise UnreadableFileError("the file is empty; the first row names the columns")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first_line.count), strict=True)
    header: tuple[str, ...] = ()
    rows: list[tuple[int, dict[str, str]]] = []
    ragged: list[int] = []
    try:
        for number, record in enumerate(reader, start=1):
            cells = [cell.strip() for cell in record]
            if not any(cells):
                continue
            if not header:
                header = _header(cells)
            elif any(cells[len(header) :]):
                ragged.append(number)
            else:
                rows.append((number, dict(zip(header, cells, strict=False))))
            _check_limits(number, cells, len(rows))
    except csv.Error as error:
        raise UnreadableFileError(f"line {reader.line_num} is no CSV: {error}") from error
    return Table(header, rows, ragged)


def _decode(content: bytes) -> str:
    if content.startswith(b"PK"):
        raise UnreadableFileError("this is a workbook or a zip; save the sheet as CSV")
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableFileError("the file is no text; send CSV in UTF-8")
    return text


def _header(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFileError(f"the header has {len(cells)} columns; at most {MAX_COLUMNS} are read")
    return tuple(cell.lower().replace(" ", "_") for cell in cells)


def _check_limits(number: int, cells: list[str], count: int) -> None:
    if count > MAX_ROWS:
        raise UnreadableFileError(f"the file has more than {MAX_ROWS:,} rows; split it")
    if longest := next((cell for cell in cells if len(cell) > MAX_CELL), None):
        raise UnreadableFileError(
            f"row {number} has a cell of {len(longest):,} characters; at most {MAX_CELL:,} are read"
        )
