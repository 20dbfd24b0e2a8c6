"""What is found about the rows of a chunk: outcomes and findings, each with its row, column and cell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.data.import_findings import Issue
from shared.data.import_staging import ChunkRecord, Row
from shared.domain.cells import Cell
from shared.domain.errors import FieldError
from shared.domain.plausibility import Finding
from shared.domain.statuses import Outcome
from shared.services.import_cells import is_blank, show_cell
from shared.services.import_files import column_letter

KEPT_ERRORS, KEPT_WARNINGS = 2_000, 500
"""How many findings of a chunk are kept; more are counted only."""


@dataclass
class Verdicts:
    """A chunk's verdicts while it is read.

    Attributes:
        header: The columns' names by position; empty where a column has none.
        sheet: The sheet's name.
        outcomes: What became of each row; rejected until something better is known.
        issues: The findings.
        concerns: What somebody has to approve.
        moves: Derived values that would move.
    """

    header: Sequence[str]
    sheet: str | None
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    concerns: list[dict[str, Any]] = field(default_factory=list)
    moves: list[Mapping[str, Any]] = field(default_factory=list)

    def open_rows(self, rows: Sequence[Row]) -> list[tuple[int, dict[str, Cell]]]:
        """The rows as cells by column; one with a cell under no column is rejected here."""
        self.outcomes |= dict.fromkeys((number for number, _ in rows), Outcome.REJECTED)
        if all(self.header) and all(len(cells) <= len(self.header) for _, cells in rows):
            return [(number, dict(zip(self.header, cells, strict=False))) for number, cells in rows]
        return [opened for row in rows if (opened := self._open_row(*row))]

    def _open_row(self, number: int, cells: Sequence[Cell]) -> tuple[int, dict[str, Cell]] | None:
        stray = next((place for place, cell in enumerate(cells) if self._is_stray(place, cell)), None)
        if stray is None:
            return number, {name: cell for name, cell in zip(self.header, cells, strict=False) if name}
        message = "there is no column above this cell; usually a decimal comma or an unquoted separator"
        place, value = f"{column_letter(stray)}{number}", show_cell(cells[stray])
        self.issues.append(Issue("error", "too_many_cells", message, number, cell=place, value=value, sheet=self.sheet))
        return None

    def _is_stray(self, place: int, cell: Cell) -> bool:
        return not is_blank(cell) and (place >= len(self.header) or not self.header[place])

    def reject(self, number: int, cells: Mapping[str, Cell], errors: Sequence[FieldError]) -> None:
        """Note why a row cannot be used."""
        for error in errors:
            column = (error.pointer or "").strip("/").partition("/")[0]
            self._note("error", number, cells, (error.code, column, error.message), column)

    def warn(self, number: int, cells: Mapping[str, Cell], doubt: Finding, column: str) -> None:
        """Note a doubt about a row that is or would be stored; `column` is where its field stands."""
        self._note("warning", number, cells, (doubt.code, doubt.field, doubt.message), column)

    def place_of(self, number: int, column: str) -> str | None:
        """The spreadsheet's name of a cell."""
        return f"{column_letter(self.header.index(column))}{number}" if column and column in self.header else None

    def _note(
        self, severity: str, number: int, cells: Mapping[str, Cell], what: tuple[str, str, str], column: str
    ) -> None:
        code, about, message = what
        self.issues.append(
            Issue(
                severity,
                code,
                message,
                row_number=number,
                column_name=column or None,
                cell=self.place_of(number, column),
                field=about or None,
                value=show_cell(cells.get(column)),
                sheet=self.sheet,
            )
        )

    @property
    def kept_issues(self) -> list[Issue]:
        """The findings that are kept, the first of each severity."""
        errors = [issue for issue in self.issues if issue.severity == "error"]
        warnings = [issue for issue in self.issues if issue.severity == "warning"]
        return errors[:KEPT_ERRORS] + warnings[:KEPT_WARNINGS]

    def as_record(self) -> ChunkRecord:
        """The chunk's record."""
        numbers = sorted(self.outcomes)
        outcomes = [self.outcomes[number].value for number in numbers]
        errors = sum(issue.severity == "error" for issue in self.issues)
        return ChunkRecord(
            row_numbers=numbers,
            outcomes=outcomes,
            counts=dict(Counter(outcomes)),
            errors=errors,
            warnings=len(self.issues) - errors,
            concerns=self.concerns or None,
            moves=dict(Counter(str(move["name"]) for move in self.moves)) or None,
        )
