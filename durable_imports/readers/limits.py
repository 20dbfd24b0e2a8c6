"""How much of a file is read: every limit with its figure, and the refusals that name it."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.services.import_files import Cell, UnreadableFileError, column_letter


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of what is read; bytes, counts and characters.

    Text is streamed, so it may be long. A workbook is streamed too, but it is unpacked first and its shared texts
    lie in memory, so it may be less.
    """

    csv_bytes: int = 300_000_000
    workbook_bytes: int = 50_000_000
    unpacked_bytes: int = 400_000_000
    unpacked_ratio: int = 100
    unpacked_without_ratio: int = 10_000_000
    entries: int = 2_000
    directory_bytes: int = 1_000_000
    rows: int = 1_000_050
    last_row: int = 3_000_000
    columns: int = 200
    cells: int = 5_000_000
    cell_length: int = 4_000
    line_length: int = 1_000_000
    texts: int = 500_000
    text_length: int = 30_000_000
    sheets: int = 200
    part_bytes: int = 5_000_000


LIMITS = Limits()


def refuse_excess(what: str, limit: int, unit: str) -> UnreadableFileError:
    """The refusal of a file beyond a limit."""
    return UnreadableFileError("limit", f"{what}; at most {limit:,} {unit} are read. Split the file, or send less.")


def hold_limits(
    rows: Iterator[tuple[int, list[Cell]]], limits: Limits, *, sheet: str | None = None, count_cells: bool = True
) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that hold something, without the blank cells at their ends, as long as they keep the limits.

    Raises:
        UnreadableFileError: too many rows, columns or cells.
    """
    place = f" of the sheet {sheet!r}" if sheet is not None else ""
    count = cells_read = 0
    for number, cells in rows:
        if number > limits.last_row:
            raise refuse_excess(
                f"there are more than {limits.last_row:,} rows, blank ones included", limits.last_row, "rows"
            )
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > limits.rows:
            raise refuse_excess(f"there are more than {limits.rows:,} rows{place}", limits.rows, "rows")
        if len(cells) > limits.columns:
            what = f"row {number}{place} has something in column {column_letter(len(cells) - 1)}"
            raise refuse_excess(what, limits.columns, "columns")
        if count_cells:
            cells_read += len(cells)
            if cells_read > limits.cells:
                raise refuse_excess(f"there are more than {limits.cells:,} cells{place}", limits.cells, "cells")
        yield number, cells
