"""Findings by the place they concern: which cells and rows of an uploaded sheet are marked, and with which words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.data.import_findings import Issue

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""What a workbook's sheet can hold."""
_CELL = re.compile(r"(?P<letters>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,6})")


@dataclass
class RowMarks:
    """What was found in one row: by column, counted from 0, and about the row as a whole."""

    cells: dict[int, list[Issue]] = field(default_factory=lambda: defaultdict(list))
    whole: list[Issue] = field(default_factory=list)

    def words(self) -> str:
        """Everything found in the row, one line each."""
        of_cells = [f"{issue.cell}: {issue.code}" for _, issues in sorted(self.cells.items()) for issue in issues]
        return "\n".join([*(describe_issue(issue) for issue in self.whole), *of_cells])

    def severity(self) -> str:
        """The worst severity found in the row."""
        return worst_severity([*self.whole, *(issue for issues in self.cells.values() for issue in issues)])


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings in the order of the file: those shown, by row (as the file numbers them), and their true numbers."""

    shown: tuple[Issue, ...]
    rows: dict[int, RowMarks]
    errors: int
    warnings: int


def collect_findings(issues: Iterable[Issue], sheet: str, most: int) -> Findings:
    """The findings to show, at most `most` of them and errors first; those about `sheet` (or no sheet) are placed."""
    counts = {"error": 0, "warning": 0}
    kept: dict[str, list[Issue]] = {"error": [], "warning": []}
    for issue in issues:
        severity = "error" if issue.severity == "error" else "warning"
        counts[severity] += 1
        if len(kept[severity]) < most:
            kept[severity].append(issue)
    shown = [*kept["error"], *kept["warning"]][:most]
    shown.sort(key=lambda issue: issue.row_number or 0)
    return Findings(tuple(shown), _place(shown, sheet), counts["error"], counts["warning"])


def _place(issues: Sequence[Issue], sheet: str) -> dict[int, RowMarks]:
    rows: dict[int, RowMarks] = defaultdict(RowMarks)
    for issue in issues:
        row, column = place_of(issue)
        if row is None or not is_about(issue, sheet):
            continue
        marks = rows[row]
        (marks.whole if column is None else marks.cells[column]).append(issue)
    return dict(rows)


def is_about(issue: Issue, sheet: str) -> bool:
    """Whether the finding concerns this sheet."""
    return issue.sheet is None or issue.sheet == sheet


def place_of(issue: Issue) -> tuple[int | None, int | None]:
    """The row, counted from 1 as in the file, and the column, counted from 0; None: the finding names none."""
    if found := _CELL.fullmatch(issue.cell or ""):
        column = 0
        for letter in found["letters"]:
            column = column * 26 + ord(letter) - ord("A") + 1
        if column <= LAST_COLUMN and int(found["row"]) <= LAST_ROW:
            return int(found["row"]), column - 1
    inside = issue.row_number is not None and 1 <= issue.row_number <= LAST_ROW
    return issue.row_number if inside else None, None


def worst_severity(issues: Iterable[Issue]) -> str:
    """`error` if any is one, else `warning`."""
    return "error" if any(issue.severity == "error" for issue in issues) else "warning"


def describe_issue(issue: Issue) -> str:
    """One finding for a person: code, message, suggestion."""
    suggested = f" Suggestion: {issue.suggestion}" if issue.suggestion else ""
    return f"{issue.code}: {issue.message}{suggested}"
