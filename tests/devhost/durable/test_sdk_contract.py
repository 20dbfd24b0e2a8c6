"""What the installed durable SDK needs in an orchestrator's input and does without: an upgrade that differs fails."""

import copy
import json
import warnings
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import Event, EventType, event
from tests.devhost.durable.histories import (
    begun,
    child_created,
    completed,
    episode,
    failed,
    fired,
    moment,
    raised,
    scheduled,
    sent,
    timer_created,
)

Context = df.DurableOrchestrationContext
RESULTS = ["a", "no \n why", "c", "no \n why", "answer", {"x": 1}]


def everything(context: Context) -> Generator[Any, Any, Any]:
    """Awaits one of everything that history can complete."""
    found = [(yield context.call_activity("A"))]
    try:
        yield context.call_activity("B")
    except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
        found.append(str(error))
    found.append((yield context.call_sub_orchestrator("C")))
    try:
        yield context.call_sub_orchestrator("D")
    except Exception as error:  # noqa: BLE001 (as above)
        found.append(str(error))
    yield context.create_timer(context.current_utc_datetime + timedelta(seconds=1))
    found.append((yield context.call_entity(df.EntityId("counter", "a"), "get")))
    found.append((yield context.wait_for_external_event("go")))
    return found


def history() -> list[Event]:
    """A history that ends `everything`."""
    child_kind = EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED
    failed_kind = EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
    why = {"Reason": "no", "Details": "why", "FailureDetails": None}
    return [
        *begun(), scheduled(0, "A"),
        episode(1), {**completed(0), "Result": '"a"'}, scheduled(1, "B"),
        episode(2), {**failed(1), **why}, child_created(2, "C"),
        episode(3), event(child_kind, moment(3), TaskScheduledId=2, Result='"c"'), child_created(3, "D"),
        episode(4), event(failed_kind, moment(4), TaskScheduledId=3, **why), timer_created(4),
        episode(5), fired(4), sent(5, "request"),
        episode(6), {**raised("request"), "Input": json.dumps({"result": '"answer"'})},
        episode(7), {**raised("go"), "Input": '{"x": 1}'},
    ]  # fmt: skip


def payload(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """The whole input of an orchestrator."""
    return {
        "history": history(),
        "input": json.dumps({"a": 1}),
        "instanceId": "i",
        "isReplaying": False,
        "parentInstanceId": None,
        "upperSchemaVersion": 1,
        "upperSchemaVersionNew": 2,
        "longRunningTimerIntervalDuration": "3.00:00:00",
        "maximumShortTimerDuration": "6.00:00:00",
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
        **changes,
    }


def run(given: dict[str, Any], function: Callable[[Context], Any] = everything) -> dict[str, Any]:
    """The SDK's answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer: dict[str, Any] = json.loads(df.Orchestrator.create(function)(json.dumps(given)))
    return answer


def ask(question: Callable[[Context], Any], given: dict[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    """What a plain orchestrator sees in its context."""

    def function(context: Context) -> Any:  # noqa: ANN401 (JSON)
        return question(context)

    return run(given, function).get("output")


def test_the_whole_payload_brings_the_orchestration_to_its_end() -> None:
    answer = run(payload())
    assert answer["isDone"]
    assert answer["output"] == RESULTS


@pytest.mark.parametrize("key", ["history", "instanceId", "isReplaying", "parentInstanceId"])
def test_a_required_key_of_the_payload_is_missed(key: str) -> None:
    given = payload()
    del given[key]
    with pytest.raises(TypeError, match=key):
        run(given)


@pytest.mark.parametrize(
    "key",
    [
        "input",
        "upperSchemaVersion",
        "upperSchemaVersionNew",
        "longRunningTimerIntervalDuration",
        "maximumShortTimerDuration",
        "defaultHttpAsyncRequestSleepTimeMillseconds",
    ],
)
def test_an_optional_key_of_the_payload_is_not_missed(key: str) -> None:
    given = payload()
    del given[key]
    assert run(given)["output"] == RESULTS


def test_further_keys_land_in_the_function_context() -> None:
    assert ask(lambda context: context.function_context.extra, payload(extra=5)) == 5
    setting = "defaultHttpAsyncRequestSleepTimeMillseconds"
    assert ask(lambda context: getattr(context.function_context, setting), payload()) == 30000


@pytest.mark.parametrize(
    ("upper", "upper_new", "schema"),
    [
        (1, None, 1),
        (1, 1, 1),
        (1, 2, 2),
        (1, 3, 2),
        (1, 99, 2),
        (2, None, 2),
        (2, 1, 2),
        (0, 1, 1),
        (0, None, None),
    ],
)
def test_the_schema_version_follows_the_two_upper_versions(
    upper: int, upper_new: int | None, schema: int | None
) -> None:
    answer = run(payload(upperSchemaVersion=upper, upperSchemaVersionNew=upper_new))
    assert answer.get("schemaVersion") == schema


def test_an_upper_schema_version_beyond_two_raises() -> None:
    with pytest.raises(ValueError, match="3 is not a valid ReplaySchema"):
        run(payload(upperSchemaVersion=3))


def test_only_the_first_schema_nests_actions_once_for_every_yield() -> None:
    assert [len(found) for found in run(payload())["actions"]] == [7]
    assert [len(found) for found in run(payload(upperSchemaVersion=0, upperSchemaVersionNew=None))["actions"]] == [
        1
    ] * 7


def test_without_the_durations_long_timers_are_plain_and_naive_datetimes_pass() -> None:
    def long_timer(context: Context) -> Generator[Any, Any, Any]:
        yield context.create_timer(context.current_utc_datetime + timedelta(days=10))

    def naive_timer(context: Context) -> Generator[Any, Any, Any]:
        yield context.create_timer(datetime(2026, 1, 31))  # noqa: DTZ001 (that is the case)

    with_them, without = payload(history=begun()), payload(history=begun())
    del without["longRunningTimerIntervalDuration"], without["maximumShortTimerDuration"]
    (long,) = run(with_them, long_timer)["actions"][0]
    assert [found["fireAt"] for found in long["compoundActions"]] == ["2026-02-03T12:00:00.000000Z"]
    (plain,) = run(without, long_timer)["actions"][0]
    assert plain["fireAt"] == "2026-02-10T12:00:00.000000Z"
    with pytest.raises(Exception, match="offset-naive"):
        run(with_them, naive_timer)
    assert run(without, naive_timer)["actions"][0][0]["fireAt"] == "2026-01-31T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("token", "seen"),
    [(json.dumps({"a": 1}), {"a": 1}), ({"a": 1}, {"a": 1}), (json.dumps("text"), "text"), ("[1]", [1]), (None, None)],
)
def test_get_input_decodes_texts_and_objects(token: object, seen: object) -> None:
    assert ask(lambda context: context.get_input(), payload(input=token)) == seen


@pytest.mark.parametrize("token", [[1], 5, 1.5, True])
def test_get_input_fails_on_other_tokens(token: object) -> None:
    with pytest.raises(Exception, match="the JSON object must be str, bytes or bytearray"):
        ask(lambda context: context.get_input(), payload(input=token))


EVERY_EVENT = ["EventType", "EventId", "IsPlayed", "Timestamp"]


@pytest.mark.parametrize("field", EVERY_EVENT)
def test_every_event_has_four_fields(field: str) -> None:
    for position in range(len(history())):
        with pytest.raises(TypeError, match=field):
            run(payload(history=_without(position, field)))


def _without(position: int, field: str) -> list[Event]:
    found = copy.deepcopy(history())
    del found[position][field]
    return found


def _positions(kind: EventType) -> list[int]:
    return [number for number, found in enumerate(history()) if found["EventType"] == kind]


RAISING = {
    (EventType.EXECUTION_STARTED, 0, "Version"): AttributeError,
    (EventType.TASK_COMPLETED, 0, "Result"): AttributeError,
    (EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED, 0, "Result"): AttributeError,
    (EventType.TIMER_FIRED, 0, "TimerId"): AttributeError,
    (EventType.EVENT_SENT, 0, "Input"): TypeError,
    (EventType.EVENT_RAISED, 0, "Input"): AttributeError,
}
STALLING = {
    (EventType.TASK_COMPLETED, 0, "TaskScheduledId"),
    (EventType.TASK_FAILED, 0, "TaskScheduledId"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED, 0, "TaskScheduledId"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, 0, "TaskScheduledId"),
    (EventType.EVENT_RAISED, 0, "Name"),
    (EventType.EVENT_RAISED, 1, "Name"),
}
DIFFERING = {
    (EventType.TASK_FAILED, 0, "Reason"): (1, "None \n why"),
    (EventType.TASK_FAILED, 0, "Details"): (1, "no \n None"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, 0, "Reason"): (3, "None \n why"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, 0, "Details"): (3, "no \n None"),
    (EventType.EVENT_RAISED, 1, "Input"): (5, None),
}
ALL_FIELDS = [
    (EventType(found["EventType"]), _positions(EventType(found["EventType"])).index(number), field)
    for number, found in enumerate(history())
    for field in found
    if field not in EVERY_EVENT
]
"""Every further field of every event: its kind, the how-manieth of the kind, the field."""


@pytest.mark.parametrize(
    ("kind", "number", "field"),
    ALL_FIELDS,
    ids=[f"{kind.title}-{number}-{field}" for kind, number, field in ALL_FIELDS],
)
def test_without_a_field_of_an_event_the_sdk(kind: EventType, number: int, field: str) -> None:
    given = payload(history=_without(_positions(kind)[number], field))
    key = (kind, number, field)
    if key in RAISING:
        with pytest.raises(RAISING[key]):
            run(given)
        return
    answer = run(given)
    if key in STALLING:
        assert not answer["isDone"]
    elif key in DIFFERING:
        place, value = DIFFERING[key]
        assert answer["output"] == [*RESULTS[:place], value, *RESULTS[place + 1 :]]
    else:
        assert answer["output"] == RESULTS


def test_the_tables_name_only_fields_that_are_tried() -> None:
    assert {*RAISING, *STALLING, *DIFFERING} <= set(ALL_FIELDS)


@pytest.mark.parametrize(
    "kind",
    [EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_INSTANCE_CREATED, EventType.TIMER_CREATED],
    ids=lambda kind: kind.title,
)
def test_events_of_scheduling_are_not_checked_by_the_sdk(kind: EventType) -> None:
    kept = [found for found in history() if found["EventType"] != kind]
    assert run(payload(history=kept))["output"] == RESULTS
    renamed = [{**found, "Name": "Other"} if found["EventType"] == kind else found for found in history()]
    assert run(payload(history=renamed))["output"] == RESULTS


IGNORED = {1, 3, 13, 17, 18, 19, 20, 21}


@pytest.mark.parametrize("number", sorted(IGNORED))
def test_events_that_the_sdk_ignores(number: int) -> None:
    found = history()
    found.insert(6, {**event(EventType.ORCHESTRATOR_COMPLETED, moment(1)), "EventType": number})
    assert run(payload(history=found))["output"] == RESULTS


def test_a_continue_as_new_event_resets_the_state() -> None:
    found = history()
    found.insert(6, event(EventType.CONTINUE_AS_NEW, moment(1)))
    assert run(payload(history=found)).get("output") != RESULTS


def test_an_orchestrator_started_is_needed_and_sets_the_time() -> None:
    with pytest.raises(IndexError):
        run(payload(history=[begun()[1], begun()[1]]))

    def clock(context: Context) -> Generator[Any, Any, Any]:
        before = context.current_utc_datetime
        yield context.call_activity("A")
        return (context.current_utc_datetime - before).total_seconds()

    given = payload(history=[*begun(), scheduled(0, "A"), episode(90), completed(0)])
    assert run(given, clock)["output"] == 90


def test_history_has_two_events_at_least() -> None:
    with pytest.raises(Exception, match="received History array of size 1 when a minimum size of 2 is expected"):
        run(payload(history=begun()[:1]))


def test_an_event_name_is_compared_with_its_case() -> None:
    found = history()
    found[-1]["Name"] = "GO"
    assert not run(payload(history=found))["isDone"]


@pytest.mark.parametrize(
    ("is_replaying", "first_played", "last_played", "expected"),
    [
        (False, False, False, [True, False]),
        (True, False, False, [True, False]),
        (False, True, False, [True, False]),
        (False, False, True, [True, True]),
    ],
)
def test_replaying_follows_the_last_episode_and_is_played(
    is_replaying: bool, first_played: bool, last_played: bool, expected: list[bool]
) -> None:
    def observe(context: Context) -> Generator[Any, Any, Any]:
        seen = [context.is_replaying]
        yield context.call_activity("A")
        return [*seen, context.is_replaying]

    begin = [{**found, "IsPlayed": first_played} for found in [*begun(), scheduled(0, "A")]]
    end = [episode(1), {**completed(0), "IsPlayed": last_played}]
    assert run(payload(history=[*begin, *end], isReplaying=is_replaying), observe)["output"] == expected
