"""How functions become spans: under the host's span, under what a payload carries, and one for an orchestration."""

import asyncio
import inspect
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from durable_imports.contracts import chunk_batches, make_order, read_order
from shared import telemetry
from shared.telemetry.functions import CARRIED, observe, observe_orchestration, orchestration_traceparent
from shared.telemetry.trace_context import read_traceparent, span_id_of, write_traceparent
from tests.telemetry.collector import OPERATION, PARENT, Collector, base_data
from tests.telemetry.test_envelopes import HOST_SPAN, TRACE, TRACEPARENT, one, pytestmark  # noqa: F401 (OpenCensus' deprecated calls)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OTHER = "00-11111111111111111111111111111111-2222222222222222-01"
INVOKED = SimpleNamespace(trace_context=SimpleNamespace(trace_parent=TRACEPARENT))


@observe("do_something", payload="order")
def do_something(order: dict) -> str:
    """A function as rooms have it."""
    return f"did {order}"


@observe("wait_for_something")
async def wait_for_something(timer: str) -> str:
    """One that waits."""
    await asyncio.sleep(0)
    return f"waited for {timer}"


def test_a_function_runs_under_the_host_s_span_and_answers_as_before(sent: Collector):
    assert do_something(order="that", context=INVOKED) == "did that"
    assert asyncio.run(wait_for_something(timer="it", context=INVOKED)) == "waited for it"
    assert telemetry.flush(10)

    for name in ("do_something", "wait_for_something"):
        tags = one(sent, "RemoteDependencyData", name)["tags"]
        assert (tags[OPERATION], tags[PARENT]) == (TRACE, HOST_SPAN)


def test_what_a_payload_carries_goes_before_the_host_s_span(sent: Collector):
    do_something(order={"import_id": "i", CARRIED: OTHER}, context=INVOKED)
    assert telemetry.flush(10)

    tags = one(sent, "RemoteDependencyData", "do_something")["tags"]
    assert (tags[OPERATION], tags[PARENT]) == ("1" * 32, "2" * 16)


def test_the_worker_sees_the_function_s_own_parameters_and_context():
    parameters = inspect.signature(do_something).parameters
    assert list(parameters) == ["order", "context"]
    assert inspect.get_annotations(do_something) == {"order": dict, "return": str}
    assert inspect.iscoroutinefunction(wait_for_something)
    assert do_something(order=1) == "did 1"


@dataclass
class Durable:
    """An orchestration's context at one of its episodes."""

    told: Any
    is_replaying: bool = False
    instance_id: str = "an-import"
    current_utc_datetime: datetime = NOON

    def get_input(self) -> object:
        return self.told


@observe_orchestration("two_steps", lambda told: told)
def two_steps(context: Durable) -> Generator[str, Any, str]:
    """An orchestration of two steps."""
    first = yield "first"
    second = yield "second"
    if second == "broken":
        raise RuntimeError("a step is broken")
    return f"{first} and {second} of {context.instance_id}"


def run_episode(context: Durable, answers: list[str]) -> str | None:
    """Replay what was answered so far, as the durable library does; one that goes on is left where it is."""
    running = two_steps(context)
    asked = next(running)
    try:
        for number, answer in enumerate(answers, 1):
            context.current_utc_datetime = NOON + timedelta(seconds=10 * number)
            assert asked == ("first", "second")[number - 1]
            asked = running.send(answer)
    except StopIteration as ended:
        return str(ended.value)
    running.close()
    return None


def test_an_orchestration_is_one_span_however_often_it_is_replayed(sent: Collector):
    for answers in ([], ["a"], ["a", "b"]):
        answer = run_episode(Durable(OTHER), answers)
    assert answer == "a and b of an-import"
    assert run_episode(Durable(OTHER, is_replaying=True), ["a", "b"]) == answer
    assert telemetry.flush(10)

    (span,) = sent.of_kind("RemoteDependencyData")
    data = base_data(span)
    assert (data["name"], data["id"], data["success"]) == ("two_steps", span_id_of("an-import"), True)
    assert (span["tags"][OPERATION], span["tags"][PARENT]) == ("1" * 32, "2" * 16)
    assert (span["time"][:19], data["duration"]) == ("2026-03-02T12:00:00", "0.00:00:20.000")


def test_an_orchestration_that_fails_is_no_success(sent: Collector):
    with pytest.raises(RuntimeError, match="a step is broken"):
        run_episode(Durable(OTHER), ["a", "broken"])
    assert telemetry.flush(10)

    assert not base_data(one(sent, "RemoteDependencyData", "two_steps"))["success"]


def test_an_orchestration_begun_without_a_traceparent_is_no_span_and_runs(sent: Collector):
    assert run_episode(Durable(None), ["a", "b"]) == "a and b of an-import"
    assert telemetry.flush(10)

    assert sent.envelopes == []


def test_steps_belong_to_the_orchestration_s_span():
    told = orchestration_traceparent(OTHER, "an-import")
    parent = read_traceparent(told)

    assert parent == ("1" * 32, span_id_of("an-import"))
    assert orchestration_traceparent(None, "an-import") is None


def test_orders_are_ids_alone_as_ever_where_nothing_is_to_be_carried():
    assert make_order("i", None) == "i"
    assert read_order("i") == ("i", None)
    assert read_order(make_order("i", OTHER)) == ("i", OTHER)
    assert chunk_batches("i", 1) == [{"import_id": "i", "first": 0, "last": 0}]
    assert chunk_batches("i", 1, OTHER) == [{"import_id": "i", "first": 0, "last": 0, CARRIED: OTHER}]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "nonsense",
        7,
        TRACEPARENT.upper(),
        TRACEPARENT[:-1],
        f"ff{TRACEPARENT[2:]}",
        TRACEPARENT.replace(TRACE, "0" * 32),
        TRACEPARENT.replace(HOST_SPAN, "0" * 16),
        f"{TRACEPARENT}\n",
    ],
)
def test_what_is_no_traceparent_is_none(text: Any):
    assert read_traceparent(text) is None


def test_a_traceparent_of_a_later_version_is_read_and_written_anew():
    parent = read_traceparent(f"01{TRACEPARENT[2:]}-more")

    assert parent is not None
    assert write_traceparent(parent) == f"00-{TRACE}-{HOST_SPAN}-01"
