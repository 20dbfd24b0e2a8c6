"""The measures of what the platform is for, each written in one place: names, labels, meaning in docs/operations.md."""

from collections.abc import Iterable, Mapping

from shared import telemetry

RESTATED = "restated"


def count_submissions(outcomes: Iterable[str], by: str) -> None:
    """Count company-quarters that were submitted, by what became of each; those that replaced a figure once more.

    Args:
        outcomes: One word of `Outcome` for each.
        by: `call` or `upload`.
    """
    for outcome in outcomes:
        _count_submissions(outcome, 1, by)


def measure_import(status: str, dataset: str, rows: Mapping[str, int], seconds: float) -> None:
    """Measure an upload that is over: its end, its rows by what became of them, and how long it was under way."""
    telemetry.count("imports", status=status)
    telemetry.record_duration("import_seconds", seconds, status=status)
    for outcome, number in rows.items():
        telemetry.count("import_rows", number, outcome=outcome, dataset=dataset)
        if dataset == "inputs" and status == "applied":
            _count_submissions(outcome, number, "upload")


def count_refused_call(status: int) -> None:
    """Count a call that was turned away: 401, 403 or 429."""
    telemetry.count("calls_refused", status=status)


def _count_submissions(outcome: str, number: int, by: str) -> None:
    telemetry.count("submissions", number, outcome=outcome, by=by)
    if outcome == RESTATED:
        telemetry.count("restatements", number, by=by)
