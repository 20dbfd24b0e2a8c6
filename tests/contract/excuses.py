"""Failures that are none, each with its reason.

The list is short and exact on purpose. An excuse looks at what was sent and answered, never at the operation, so every
check stays in force everywhere. Each use is noted, and a long run fails where an excuse is not needed any more.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData, FuzzingPhaseData, StatefulPhaseData
from schemathesis.openapi.checks import RejectedPositiveData

ON_RECORD = frozenset(
    {
        *("not_found", "never_closed", "required:/reporting_currency_from", "closed_quarter_needs_reason"),
        *("not_a_quarter_end", "quarter_already_reported", "reporting_quarter_taken"),
        *("out_of_range", "too_large", "too_many_companies"),
    }
)
"""Of an error's codes (or code and place), those that tell of stored things, or of the day it is."""
BETWEEN_VALUES = frozenset({"contradictory", "given_twice"})
"""Those that tell of several values together: a span that ends before it starts, a quarter that comes twice."""
BEYOND_JSON_SCHEMA = frozenset({"too_precise", "invalid:cursor", "invalid:/file_name", "required:"})
"""Of what JSON Schema has no words for: decimals, opaque cursors, printable names, files that are not empty."""
BEYOND_DESCRIPTION = ON_RECORD | BETWEEN_VALUES | BEYOND_JSON_SCHEMA
Excuse = Callable[[Failure, Any, Any], bool]


def is_refused_for_what_no_description_says(failure: Failure, _case: object, response: Any) -> bool:
    """Good data was refused, and every reason that is told is one that no schema of a value could hold."""
    told = _problem(response).get("errors", [])
    good = isinstance(failure, RejectedPositiveData) and bool(told)
    return good and all(BEYOND_DESCRIPTION & set(_names(error)) for error in told)


def expects_another_state(failure: Failure, _case: object, response: Any) -> bool:
    """Good data was sent under an ETag that is not that of the thing: 412 is what was asked for."""
    return isinstance(failure, RejectedPositiveData) and _problem(response).get("code") == "precondition_failed"


def was_sent_as_nothing(failure: Failure, case: Any, response: Any) -> bool:
    """The Functions host drops empty query parameters, so that `?start=` says nothing and is no bad date."""
    if not isinstance(failure, AcceptedNegativeData):
        return False
    sent = dict(parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True))
    spoilt = list(_spoilt_parameters(case))
    return bool(spoilt) and all(place == ParameterLocation.QUERY and not sent.get(name) for place, name in spoilt)


EXCUSES: tuple[Excuse, ...] = (
    is_refused_for_what_no_description_says,
    expects_another_state,
    was_sent_as_nothing,
)


def find_excuse(failure: Failure, case: Any, response: Any) -> str | None:
    """The name of the excuse that a failure has, if any."""
    return next((excuse.__name__ for excuse in EXCUSES if excuse(failure, case, response)), None)


def _names(error: dict[str, str]) -> Iterator[str]:
    """An error's code, alone and with its place."""
    place = error.get("pointer") or error.get("parameter") or error.get("header") or ""
    yield from (error["code"], f"{error['code']}:{place}")


def _problem(response: Any) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _spoilt_parameters(case: Any) -> Iterator[tuple[ParameterLocation | None, str | None]]:
    """Where the parameters stand that were made wrong on purpose, and their names."""
    data = case.meta.phase.data
    if isinstance(data, FuzzingPhaseData | StatefulPhaseData) and data.mutations:
        for mutation in data.mutations:
            yield mutation.parameter_location, mutation.parameter
    elif isinstance(data, CoveragePhaseData):
        yield data.parameter_location, data.parameter
