"""The oracle: a run's file together with what must become of every row of it, worked out without the product."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.faults.figures import COMPANIES, ON_RECORD, QUARTERS, Figures, company_name, figures_of, quarter_end
from tests.faults.matrix import APPROVAL, LONG, VALIDATE, WHOLE, WIDE

NEW, UNCHANGED, RESTATED, REJECTED = ("new", "unchanged", "restated", "rejected")
Finding = tuple[str, str, str]
"""Severity, code and column."""
Key = tuple[int, date]


@dataclass(frozen=True)
class Line:
    """A row of a file and what must become of it.

    Attributes:
        cells: What stands in it, by column, the company by its number (None: a company nobody knows).
        company: Which company it is of.
        period_end: Which quarter it is of.
        outcome: What must become of it.
        findings: What must be said about it.
    """

    cells: Mapping[str, str]
    company: int | None
    period_end: date
    outcome: str
    findings: tuple[Finding, ...] = ()


@dataclass
class Plan:
    """One run's file and its outcome.

    Attributes:
        shape: What kind of a file it is.
        metadata: The options it is dropped with.
        lines: Its rows in their order; the first stands in row 2.
        changes: The figures that must be current afterwards where they differ from those on record before.
        asks_approval: Whether it must wait for approval.
    """

    shape: str
    metadata: dict[str, str]
    lines: list[Line]
    changes: dict[Key, Figures]
    asks_approval: bool = False
    header: list[str] = field(default_factory=list)

    def text(self, run: str) -> str:
        """The file with the names of a run's companies."""
        rows = [
            ",".join(("nobody" if line.company is None else company_name(run, line.company), *self._cells(line)))
            for line in self.lines
        ]
        return "\n".join([",".join(("company_external_id", *self.header)), *rows, ""])

    def _cells(self, line: Line) -> list[str]:
        return [line.cells.get(name, "") for name in self.header]

    def outcomes(self) -> list[tuple[int, str]]:
        """What must become of each row, by number."""
        return [(number, line.outcome) for number, line in enumerate(self.lines, 2)]

    def findings(self) -> list[tuple[int, str, str, str]]:
        """Everything that must be said: row number, severity, code, column."""
        return sorted((number, *found) for number, line in enumerate(self.lines, 2) for found in line.findings)

    def source_row(self, key: Key) -> int:
        """The first row that tells of a company-quarter."""
        return next(n for n, line in enumerate(self.lines, 2) if (line.company, line.period_end) == key)

    def current(self) -> dict[Key, Figures]:
        """What must be on record afterwards."""
        before = {
            (company, quarter_end(quarter)): figures_of(company, quarter)
            for company in range(COMPANIES)
            for quarter in range(ON_RECORD)
        }
        return before | self.changes


def make_plan(shape: str, seed: int) -> Plan:
    """The file of a shape, its rows in the seed's order."""
    plan = _MAKERS[shape]()
    Random(seed).shuffle(plan.lines)
    return plan


def _texts(figures: Figures) -> dict[str, str]:
    return {name: "NULL" if value is None else str(value) for name, value in figures.items()}


def _row(company: int | None, end: date, figures: Figures, outcome: str, *findings: Finding) -> Line:
    return Line({"period_end": str(end), **_texts(figures)}, company, end, outcome, findings)


def _restated(company: int, quarter: int) -> Figures:
    """What a company says anew of some fields of a quarter; nothing where it stays with what it said."""
    first = figures_of(company, quarter)
    if company % 4 == 0 and quarter == 2:
        return {"total_revenue": Decimal(str(first["total_revenue"])) + 75, "debt_outstanding": None}
    if company % 4 == 1 and quarter == 5:
        return {"customers": Decimal(99)}
    return {}


def _told_again(company: int, quarter: int) -> Figures:
    """Much of what a company said before, said otherwise: more than may be replaced without approval."""
    names = ("total_revenue", "sales_marketing_expense", "net_income", "debt_outstanding", "employees", "customers")
    if company != 3 or quarter not in range(1, 5):
        return _restated(company, quarter)
    first = figures_of(company, quarter)
    return {name: Decimal(str(first[name])) + 1 for name in names}


def _sound_rows(restate: Callable[[int, int], Figures], changes: dict[Key, Figures]) -> Iterator[Line]:
    """A row of every company for every quarter but the last: on record or new, as said before or restated."""
    for company in range(COMPANIES):
        for quarter in range(QUARTERS - 1):
            end, first = quarter_end(quarter), figures_of(company, quarter)
            again = restate(company, quarter) if quarter < ON_RECORD else {}
            if again or quarter >= ON_RECORD:
                changes[company, end] = first | again
            outcome = NEW if quarter >= ON_RECORD else RESTATED if again else UNCHANGED
            told = first | again
            if outcome == RESTATED:
                del told["gross_profit"]  # a blank cell: what is on record is kept
            yield _row(company, end, told, outcome)


def _flawed_rows(changes: dict[Key, Figures]) -> Iterator[Line]:
    """Rows about the last quarter that cannot be used, or are doubted, or stand twice."""
    end, last = quarter_end(QUARTERS - 1), QUARTERS - 1
    off = end + timedelta(days=20)
    yield _row(0, off, figures_of(0, last), REJECTED, ("error", "not_a_quarter_end", "period_end"))
    yield _row(None, end, figures_of(1, last), REJECTED, ("error", "company_not_found", "company_external_id"))
    for customers in (Decimal(60), Decimal(61)):
        contradicting = figures_of(2, last) | {"customers": customers}
        yield _row(2, end, contradicting, REJECTED, ("error", "said_twice", "period_end"))
    doubted = figures_of(3, last)
    doubted["recurring_revenue"] = Decimal(str(doubted["total_revenue"])) + 1
    changes[3, end] = doubted
    yield _row(3, end, doubted, NEW, ("warning", "recurring_above_total", "recurring_revenue"))


def _wide(*, restate: Callable[[int, int], Figures] = _restated, flawed: bool = True) -> Plan:
    changes: dict[Key, Figures] = {}
    lines = [*_sound_rows(restate, changes), *(_flawed_rows(changes) if flawed else ())]
    return Plan(WIDE, {}, lines, changes, header=["period_end", *figures_of(0, 0)])


def _validate() -> Plan:
    plan = _wide()
    plan.shape, plan.metadata, plan.changes = VALIDATE, {"mode": "validate"}, {}
    return plan


def _approval() -> Plan:
    plan = _wide(restate=_told_again)
    plan.shape, plan.asks_approval = APPROVAL, True
    return plan


def _whole() -> Plan:
    plan = _wide(flawed=False)
    plan.shape, plan.metadata = WHOLE, {"atomic": "file"}
    return plan


def _long() -> Plan:
    """A row for every value: a new quarter of each company, some restated ones, and one that is not stored."""
    changes: dict[Key, Figures] = {}
    lines = []
    for company in range(COMPANIES):
        end, told = quarter_end(ON_RECORD), figures_of(company, ON_RECORD)
        changes[company, end] = told
        lines += [_value(company, end, name, value, NEW) for name, value in told.items()]
        for quarter in (2, 5):
            first, again = figures_of(company, quarter), _restated(company, quarter)
            if again:
                changes[company, quarter_end(quarter)] = first | again
            said = again or {"employees": first["employees"], "ebitda": first["ebitda"]}
            outcome = RESTATED if again else UNCHANGED
            lines += [_value(company, quarter_end(quarter), name, value, outcome) for name, value in said.items()]
    end = quarter_end(ON_RECORD + 1)
    unknown, companion = ("error", "unknown_metric", "metric"), ("error", "quarter_incomplete", "period_end")
    lines.append(_value(2, end, "moon_phase", Decimal(3), REJECTED, unknown))
    lines += [_value(2, end, name, Decimal(9), REJECTED, companion) for name in ("customers", "employees")]
    return Plan(LONG, {}, lines, changes, header=["period_end", "metric", "value"])


def _value(company: int, end: date, name: str, value: Decimal | None, outcome: str, *findings: Finding) -> Line:
    cells = {"period_end": str(end), "metric": name, "value": "NULL" if value is None else str(value)}
    return Line(cells, company, end, outcome, findings)


_MAKERS: dict[str, Callable[[], Plan]] = {
    WIDE: _wide,
    LONG: _long,
    VALIDATE: _validate,
    APPROVAL: _approval,
    WHOLE: _whole,
}
