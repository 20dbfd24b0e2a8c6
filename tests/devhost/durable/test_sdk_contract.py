"""What the installed durable SDK needs in an orchestrator's input and does without: an upgrade that differs fails."""

import json
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.devhost.durable.everything import RESULTS, Context, ask, payload, run
from tests.devhost.durable.histories import (
    begun,
)


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
