"""One import on a real stack is one operation to the collector, by either adapter, and tells nothing that was sent."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from tests.devstack.running_stack import RunningStack, run_stack, stop_stack
from tests.e2e.api import new_company
from tests.telemetry.collector import OPERATION, PARENT, Collector, Envelope, base_data, listening
from tests.telemetry.conftest import ADAPTERS

pytestmark = [pytest.mark.xdist_group("telemetry"), pytest.mark.timeout(240)]

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
COMPANY = "Zygote Holdings 7731"
PERSON = "Quintilia Verifax"
FIGURES = ("8123456.78", "7654321.09", "41234567.89", "2468135.79", "9753186.42", "3141592.65")
REASON = "because of the Hyperion covenant"
STEPS = {"stage_rows", "check_chunks", "decide_import", "apply_chunks", "finish_import", "write_reports"}
EXTERNAL_ID = "zyg-7731"
FILE = f"""company_external_id,period_end,total_revenue,cash_balance
{EXTERNAL_ID},2025-03-31,{FIGURES[0]},{FIGURES[1]}
{EXTERNAL_ID},2025-06-30,{FIGURES[2]},{FIGURES[3]}
"""


class Imported(NamedTuple):
    """A stack on which an import has ended, and who heard of it."""

    stack: RunningStack
    collector: Collector
    import_id: str
    company_id: str


@pytest.fixture(scope="module", params=ADAPTERS)
def observed(request: pytest.FixtureRequest) -> Iterator[tuple[RunningStack, Collector]]:
    """A stack of its own whose telemetry a collector takes by one adapter."""
    with (
        listening() as collector,
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory(prefix="portfolio-telemetry-") as folder,
    ):
        patch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", collector.connection_string)
        patch.setenv("TELEMETRY", request.param)
        stack = run_stack(Path(folder), "--no-sample")
        try:
            yield stack, collector
        finally:
            stop_stack(stack)


@pytest.fixture(scope="module")
def imported(observed: tuple[RunningStack, Collector]) -> Imported:
    """An import that was posted under a `traceparent` and has ended; its id."""
    stack, collector = observed
    company_id = new_company(stack, name=COMPANY, external_id=EXTERNAL_ID)["id"]
    answer = stack.post(
        f"/v1/imports?reason={REASON}",
        data=FILE,
        token=stack.token(name=PERSON),
        headers={
            "traceparent": f"00-{TRACE}-{CALLER}-01",
            "Content-Type": "text/csv",
            "Content-Disposition": 'attachment; filename="hyperion covenant.csv"',
            "X-Correlation-Id": "the-caller-s-own",
        },
    )
    assert answer.status_code == 202, answer.text
    import_id = str(answer.json()["id"])
    assert stack.finished_import(import_id)["status"] == "applied"
    collector.wait_for(lambda: spans_of(collector, "import_file"), "the orchestration's span arrived")
    collector.wait_for(lambda: spans_of(collector, "write_reports"), "the last step's span arrived")
    return Imported(stack, collector, import_id, company_id)


def spans_of(collector: Collector, name: str) -> list[Envelope]:
    return [found for found in collector.of_kind("RemoteDependencyData") if base_data(found)["name"] == name]


def steps_of(collector: Collector, name: str) -> list[Envelope]:
    """Those of the posted file's import."""
    return [found for found in spans_of(collector, name) if found["tags"][OPERATION] == TRACE]


def test_every_span_and_note_of_an_import_has_the_caller_s_operation(imported: Imported):
    _, collector, import_id, _ = imported
    (request,) = [f for f in collector.of_kind("RequestData") if base_data(f)["name"] == "POST v1/imports"]
    assert (request["tags"][OPERATION], request["tags"][PARENT]) == (TRACE, CALLER)
    assert base_data(request)["responseCode"] == "202"
    assert base_data(request)["properties"]["correlation_id"] == "the-caller-s-own"

    (orchestration,) = spans_of(collector, "import_file")
    assert (orchestration["tags"][OPERATION], orchestration["tags"][PARENT]) == (TRACE, base_data(request)["id"])
    steps = {name: steps_of(collector, name) for name in STEPS}
    assert {name for name, found in steps.items() if found} == STEPS
    for found in steps.values():
        assert {step["tags"][PARENT] for step in found} == {base_data(orchestration)["id"]}

    notes = {base_data(found)["message"]: found for found in collector.of_kind("MessageData")}
    for text in ("an import was started", "an import ended"):
        assert notes[text]["tags"][OPERATION] == TRACE
        assert base_data(notes[text])["properties"]["import_id"] == import_id


def test_a_dropped_file_is_one_operation_from_its_event_to_its_report(imported: Imported):
    stack, collector = imported.stack, imported.collector
    stack.drop("dropped.csv", FILE.replace("2025", "2024"))
    assert stack.finished_drop("dropped.csv")["status"] == "applied"

    def told() -> list[Envelope]:
        return [found for found in spans_of(collector, "import_file") if found["tags"][OPERATION] != TRACE]

    (orchestration,) = collector.wait_for(told, "the second orchestration's span arrived")
    (event,) = spans_of(collector, "receive_dropped_file")
    operation = event["tags"][OPERATION]
    assert orchestration["tags"][OPERATION] == operation
    assert orchestration["tags"][PARENT] == base_data(event)["id"]
    under = {
        base_data(f)["name"] for f in collector.of_kind("RemoteDependencyData") if f["tags"][OPERATION] == operation
    }
    assert under >= STEPS


def test_what_the_steps_asked_of_database_and_storage_stands_under_them(imported: Imported):
    collector = imported.collector
    steps = {base_data(step)["id"]: name for name in STEPS for step in steps_of(collector, name)}
    asked: dict[str, set[str]] = {}
    for found in collector.of_kind("RemoteDependencyData"):
        step = steps.get(found["tags"].get(PARENT, ""))
        if step:
            asked.setdefault(step, set()).add(base_data(found)["type"])
            assert found["tags"][OPERATION] == TRACE, base_data(found)["name"]

    assert asked["apply_chunks"] == {"postgresql"}
    assert asked["stage_rows"] == {"postgresql", "Azure blob"}
    assert asked["write_reports"] == {"postgresql", "Azure blob"}
    assert any(
        base_data(found)["name"] == "insert metric_inputs" for found in collector.of_kind("RemoteDependencyData")
    )


def test_the_import_and_what_it_put_on_record_is_counted(imported: Imported):
    stack, collector, _, company_id = imported
    path = f"/v1/companies/{company_id}/inputs/2025-03-31"
    stack.put(path, json={"total_revenue": FIGURES[4], "reason": REASON}).raise_for_status()
    run_timer(stack, "record_standing")

    def told() -> dict[str, Any] | None:
        metrics = collector.metrics()
        return metrics if "portfolio.companies_late" in metrics and "portfolio.restatements" in metrics else None

    run_timer(stack, "record_standing")
    metrics = collector.wait_for(told, "the gauges arrived")
    assert {p["labels"]["status"] for p in metrics["portfolio.imports"]} == {"applied"}
    assert sum(p["value"] for p in metrics["portfolio.imports"]) == 2
    assert total(metrics["portfolio.import_rows"], outcome="new", dataset="inputs") == 4
    assert sum(p["count"] for p in metrics["portfolio.import_seconds"]) == 2
    assert all(0 < p["min"] <= p["max"] < 120 for p in metrics["portfolio.import_seconds"])
    assert total(metrics["portfolio.submissions"], outcome="new", by="upload") == 4
    assert total(metrics["portfolio.submissions"], outcome="restated", by="call") == 1
    assert total(metrics["portfolio.restatements"], by="call") == 1
    assert len(metrics["portfolio.restatements"]) == 1
    assert metrics["portfolio.imports_waiting"][0]["value"] == 0


def total(points: list[dict[str, Any]], **labels: str) -> float:
    return sum(point["value"] for point in points if point["labels"] == labels)


def run_timer(stack: RunningStack, name: str) -> None:
    answer = stack.post(
        f"/admin/functions/{name}", token="", json={"input": ""}, headers={"x-functions-key": stack.master_key}
    )
    assert answer.status_code == 202, answer.text


def test_nothing_that_was_sent_and_nobody_s_name_reaches_the_collector(imported: Imported):
    stack, collector, _, company_id = imported
    token = stack.token(name=PERSON)
    stack.put(
        f"/v1/companies/{company_id}/inputs/2025-09-30", json={"total_revenue": FIGURES[5]}, token=token
    ).raise_for_status()
    stack.put(f"/v1/companies/{company_id}/inputs/2025-09-30", json={"total_revenue": f"{FIGURES[5]}x"}, token=token)
    run_timer(stack, "record_standing")
    stack.get("/v1/health", token="", headers={"X-Correlation-Id": "after-all-of-it"})
    collector.wait_for(lambda: "after-all-of-it" in "".join(collector.bodies), "what followed arrived")

    told = "".join(collector.bodies)
    assert len(told) > 10_000
    assert "apply_chunks" in told
    digits = [re.sub(r"\D", "", figure) for figure in FIGURES]
    hidden = [COMPANY, "Zygote", EXTERNAL_ID, PERSON, "Quintilia", REASON, "Hyperion", "hyperion", company_id]
    hidden += [token.split(".")[1], token.split(".")[2], stack.master_key, stack.database_url]
    hidden += [*FIGURES, *digits, *(figure.split(".")[0] for figure in FIGURES)]
    assert [secret for secret in hidden if secret in told] == []


def test_a_host_that_is_stopped_sends_what_lies_in_its_memory(imported: Imported):
    stack, collector = imported.stack, imported.collector
    stack.get("/v1/companies", headers={"X-Correlation-Id": "the-last-before-the-end"})
    assert stack.process.poll() is None
    stop_stack(stack)

    told = [json.dumps(found) for found in collector.of_kind("RequestData")]
    assert any("the-last-before-the-end" in text for text in told)
