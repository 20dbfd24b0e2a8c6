"""A page's cursor is taken as it was given; anything else is refused before the database is asked."""

import base64
import json

import pytest

from shared.web.request import encode_cursor
from tests.http_metrics.client import Client

DAY, WORD, COUNT, ID, INSTANT = (
    "2024-03-31",
    "actual",
    7,
    "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10",
    "2024-03-31T12:00:00+00:00",
)
LISTS = {
    "/v1/companies?": [WORD, ID],
    "/v1/inputs?": [DAY, ID, WORD],
    "/v1/financials?": [DAY, ID],
    "/v1/metrics?": [DAY, ID],
    "/v1/imports?": [INSTANT, WORD],
    "/v1/periods?": [COUNT],
    "/v1/fx-rates?base=EUR&quote=USD&": [DAY],
    f"/v1/companies/{ID}/rounds?": [DAY, COUNT],
    "/v1/changes?from=2024-01-01T00:00:00Z&": [DAY, ID, WORD],
    "/v1/variance?": [DAY, ID],
    "/v1/findings?": [DAY, ID],
}
NEVER = (None, 0.5, [], {}, 1 << 63, "a\0b", "\ud800")
"""What no part of any cursor is."""
WRONG = {
    DAY: (1, "2024-13-01", WORD, ID),
    ID: (1, DAY, WORD),
    WORD: (1,),
    COUNT: (WORD, "7"),
    INSTANT: (1, WORD, "0001-01-01T00:00:00+23:59"),
}


def packed(what: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(what).encode()).decode().rstrip("=")


@pytest.mark.parametrize("target", LISTS)
def test_what_was_not_given_as_a_cursor_is_refused(offline_api: Client, target: str):
    good = LISTS[target]
    forged = [packed(what) for what in (good[1:], [*good, WORD], dict.fromkeys(map(str, good)), WORD, 5, None)]
    for place, part in enumerate(good):
        forged += [packed([*good[:place], wrong, *good[place + 1 :]]) for wrong in (*NEVER, *WRONG[part])]

    for cursor in ("%20", "%C3%A9", "AAA", *forged):
        answer = offline_api.get(f"{target}cursor={cursor}")
        assert (answer.status, answer.json["code"]) == (400, "invalid_input"), (cursor, answer.text)
        assert [error["parameter"] for error in answer.json["errors"]] == ["cursor"]


@pytest.mark.parametrize("target", LISTS)
def test_one_of_the_list_s_own_kind_is_taken_to_the_database(offline_api: Client, target: str):
    answer = offline_api.get(f"{target}cursor={encode_cursor(LISTS[target])}")

    assert (answer.status, answer.json["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"].isdecimal()
