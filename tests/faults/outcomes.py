"""What a run left behind: in the database and among the reports, as read, and as the plan says it must be."""

import json
from decimal import Decimal
from typing import Any

from azure.storage.blob import ContainerClient

from shared.domain.fields import FIELD_NAMES
from tests.faults.faulty_stack import FaultyStack
from tests.faults.figures import ON_RECORD, Figures, currency_of, figures_of, quarter_end
from tests.faults.matrix import VALIDATE
from tests.faults.plans import Plan

Left = dict[str, Any]


def read_versions(stack: FaultyStack, run: str, import_id: str) -> list[tuple[Any, ...]]:
    """Every version of every quarter of a run's companies; each says whether the next one ended it when it began."""
    fields = ", ".join(f"i.{name}" for name in FIELD_NAMES)
    query = f"""
    select split_part(c.external_id, '-', 2)::int, i.period_end, i.version, i.superseded_at is not null,
      i.superseded_at is not distinct from lead(i.recorded_at) over (
        partition by i.company_id, i.period_end, i.scenario order by i.version),
      i.scenario, i.currency, i.deleted, i.import_id = %(import_id)s,
      case when i.import_id = %(import_id)s then i.source_row end, {fields}
    from metric_inputs as i join companies as c on c.id = i.company_id
    where c.external_id like %(run)s || '-%%' order by 1, 2, 3
    """
    return stack.ask(query, run=run, import_id=import_id)


def expected_versions(plan: Plan) -> list[tuple[Any, ...]]:
    """What `read_versions` must answer after the plan's file was applied once."""
    versions = []
    for (company, end), figures in sorted(plan.current().items()):
        changed = (company, end) in plan.changes
        quarters = {quarter_end(quarter): quarter for quarter in range(ON_RECORD)}
        told: list[tuple[Figures, bool]] = []
        if end in quarters:
            told.append((figures_of(company, quarters[end]), False))
        if changed:
            told.append((figures, True))
        for version, (values, ours) in enumerate(told, 1):
            head = (company, end, version, version < len(told), True, "actual", currency_of(company), False, ours)
            source = plan.source_row((company, end)) if ours else None
            versions.append((*head, source, *(values.get(name) for name in FIELD_NAMES)))
    return versions


def read_told(stack: FaultyStack, import_id: str, phase: str) -> dict[str, Any]:
    """What the import holds of its rows and says of them: how many, outcomes, findings and their numbers."""
    outcomes = """select o.row_number, o.outcome from import_chunks as k
      cross join unnest(k.row_numbers, k.outcomes) as o(row_number, outcome)
      where k.import_id = %(id)s and k.phase = %(phase)s order by 1"""
    findings = """select row_number, severity, code, coalesce(column_name, '') from import_issues
      where import_id = %(id)s order by 1, 2, 3, 4"""
    counted = """select coalesce(sum(errors), 0), coalesce(sum(warnings), 0) from import_chunks
      where import_id = %(id)s and phase = %(phase)s"""
    staged = "select count(*), count(distinct row_number) from import_rows where import_id = %(id)s"
    return {
        "staged": stack.ask(staged, id=import_id),
        "outcomes": stack.ask(outcomes, id=import_id, phase=phase),
        "findings": stack.ask(findings, id=import_id),
        "counted": stack.ask(counted, id=import_id, phase=phase),
    }


def expected_told(plan: Plan) -> dict[str, Any]:
    """What `read_told` must answer."""
    findings = plan.findings()
    errors = sum(severity == "error" for _, severity, _, _ in findings)
    return {
        "staged": [(len(plan.lines), len(plan.lines))],
        "outcomes": plan.outcomes(),
        "findings": findings,
        "counted": [(errors, len(findings) - errors)],
    }


def phase_told(plan: Plan) -> str:
    """The phase whose outcomes are the import's."""
    return "check" if plan.shape == VALIDATE else "apply"


def read_derived(stack: FaultyStack, run: str) -> dict[str, list[tuple[Any, ...]]]:
    """All derived values of a run's companies, in every currency, without their ids."""
    query = """
    select split_part(c.external_id, '-', 2)::int, (to_jsonb(m) - 'company_id')::text
    from {table} as m join companies as c on c.id = m.company_id
    where c.external_id like %(run)s || '-%%' order by 1, m.period_end, m.scenario, m.currency
    """
    tables = ("reporting_financials", "reporting_metrics")
    return {table: stack.ask(query.format(table=table), run=run) for table in tables}


def read_moves(stack: FaultyStack, import_id: str) -> list[tuple[Any, ...]]:
    """The derived values that a validated file would move, without ids."""
    query = """
    select split_part(c.external_id, '-', 2)::int, m.scenario, m.period_end, m.currency, m.name, m.old::text,
      m.new::text
    from import_moves as m join companies as c on c.id = m.company_id
    where m.import_id = %(id)s order by 1, 2, 3, 4, 5
    """
    return stack.ask(query, id=import_id)


def ltm_revenue(plan: Plan) -> dict[tuple[int, Any], Decimal | None]:
    """The sum of each quarter's revenue and of the three before it; None where one of them is not on record."""
    current = plan.current()
    ends = [quarter_end(quarter) for quarter in range(-3, ON_RECORD + 4)]
    sums: dict[tuple[int, Any], Decimal | None] = {}
    for company, end in current:
        place = ends.index(end)
        parts = [current.get((company, earlier), {}).get("total_revenue") for earlier in ends[place - 3 : place + 1]]
        known = [part for part in parts if part is not None]
        sums[company, end] = sum(known) if len(known) == len(parts) else None
    return sums


def read_ltm_revenue(stack: FaultyStack, run: str) -> dict[tuple[int, Any], Decimal | None]:
    """The stored sums in each company's own currency."""
    query = """
    select split_part(c.external_id, '-', 2)::int, m.period_end, m.ltm_total_revenue
    from reporting_metrics as m join companies as c on c.id = m.company_id
    where c.external_id like %(run)s || '-%%' and m.is_local
    """
    return {(company, end): value for company, end, value in stack.ask(query, run=run)}


def read_reports(stack: FaultyStack, run: str, import_id: str) -> tuple[list[str], dict[str, Any]]:
    """The forms of report that lie beside the file, and the one in JSON."""
    prefix = f"{run}.csv/{import_id}."
    with ContainerClient.from_connection_string(stack.blob_connection, "reports") as container:
        names = sorted(container.list_blob_names(name_starts_with=f"{run}.csv/"))
        report = json.loads(container.download_blob(f"{prefix}json").readall())
    return [name.removeprefix(prefix) for name in names], report


def what_is_left(stack: FaultyStack, run: str, import_id: str) -> Left:
    """Everything a run left behind that is the product's own arithmetic, without names, ids and instants."""
    forms, report = read_reports(stack, run, import_id)
    kept = {name: report[name] for name in ("status", "counts", "error_count", "warning_count", "moves", "options")}
    said = [{**found, "message": None} for severity in ("errors", "warnings") for found in report[severity]]
    return {
        "derived": read_derived(stack, run),
        "moves": read_moves(stack, import_id),
        "forms": forms,
        "report": kept,
        "said": sorted(said, key=json.dumps),
    }
