"""Rows of a CSV file, one at a time: its delimiter, its quotes, its line ends."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from durable_imports.readers.encodings import Encoding, find_encoding
from durable_imports.readers.limits import Limits, hold_limits, refuse_excess
from durable_imports.readers.texts import AROUND, text_cell
from durable_imports.readers.windows import Window, count_bytes
from shared.services.import_files import Cell, Sheet, UnreadableFileError
from shared.services.import_headers import find_heading

DELIMITERS = ",;\t|"
_SAMPLE_LINES = 200
_SAMPLE_CHARACTERS = 200_000
_DECLARED = re.compile(r'"?sep=([,;\t|])"?,*\s*', re.IGNORECASE)


def open_csv(file: BinaryIO, limits: Limits) -> list[Sheet]:
    """The file as one sheet without a name.

    Raises:
        UnreadableFileError: too large, empty, or no text; while reading: a quote that never ends, a limit.
    """
    size = count_bytes(file)
    if size > limits.csv_bytes:
        raise refuse_excess(f"the file has {size:,} bytes", limits.csv_bytes, "bytes of text")
    encoding = find_encoding(file)
    sample = list(_sample(_lines(file, encoding, limits)))
    if not any(line.strip(AROUND) for line in sample):
        raise UnreadableFileError("empty", "the file is empty; the first row names the columns")
    declared = _DECLARED.fullmatch(sample[0])
    delimiter = declared[1] if declared else find_delimiter(sample)

    def read_rows() -> Iterator[tuple[int, list[Cell]]]:
        lines = _lines(file, encoding, limits)
        if declared:
            next(lines)
        return hold_limits(_numbered(lines, delimiter, limits.cell_length), limits, count_cells=False)

    return [Sheet(None, read_rows)]


def find_delimiter(lines: list[str]) -> str:
    """The delimiter by which most columns get known names; else the one that cuts most rows into equally many cells."""

    def soundness(delimiter: str) -> tuple[int, int, int]:
        rows = list(_lenient(lines, delimiter))
        heading = find_heading((number, row) for number, row in enumerate(rows, 1) if any(row))
        widths = Counter(len(row) for row in rows if len(row) > 1 and any(row))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return heading.known if heading else 0, count, width

    return max(DELIMITERS, key=soundness)


def _lenient(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            yield [cell.strip(AROUND) for cell in row]
    except csv.Error:
        return


def _sample(lines: Iterator[str]) -> Iterator[str]:
    left = _SAMPLE_CHARACTERS
    for line in islice(lines, _SAMPLE_LINES):
        yield line
        left -= len(line)
        if left < 0:
            return


def _lines(file: BinaryIO, encoding: Encoding, limits: Limits) -> Iterator[str]:
    """Lines with their ends; none of them longer than the limit, so that memory is bounded."""
    buffered = io.BufferedReader(Window(file, encoding.start), 1 << 18)
    text = io.TextIOWrapper(buffered, encoding=encoding.name, newline="")
    while line := text.readline(limits.line_length):
        if len(line) >= limits.line_length:
            raise refuse_excess(f"a line has {len(line):,} characters or more", limits.line_length, "characters")
        yield line


def _numbered(lines: Iterator[str], delimiter: str, longest: int) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if row and max(map(len, row)) > longest:
                yield number, [text_cell(cell, longest) for cell in row]
            else:
                yield number, [cell.strip(AROUND) or None for cell in row]
    except csv.Error as error:
        raise _refuse_row(number + 1, reader.line_num, error) from error


def _refuse_row(number: int, line: int, error: csv.Error) -> UnreadableFileError:
    where = f"row {number} (line {line} of the text)"
    if "unexpected end of data" in str(error) or "field larger" in str(error):
        message = f'{where} has a quote (") that never ends, or the file is cut off; close the quote, or double it ("")'
        return UnreadableFileError("open_quote", message)
    message = f'{where} is no CSV: {error}; a quote (") within a quoted cell is written twice ("")'
    return UnreadableFileError("broken_quote", message)
