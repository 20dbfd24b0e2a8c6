"""Operations that put derived values side by side, and closes, which they are compared with."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from shared.schemas.answers import Change, Close, FormulaChange, Variance, page_of
from shared.schemas.closes import CloseRequest, ReopenRequest
from shared.schemas.queries import ChangesQuery, PageQuery, VarianceQuery
from shared.web.openapi.conventions import Convention
from shared.web.openapi.operation import COMPANY_ID, Answer, Operation, answer_ok

_FORMULAS: Any = Field(description="The metrics whose formula changed between the two moments.")
_OPEN_QUARTER = {"reporting_year": "2024", "reporting_quarter": "1"}

OPERATIONS = {
    "list_changes": Operation(
        answers=answer_ok(page_of(Change, formulas=(dict[str, FormulaChange], _FORMULAS)), "Values that moved."),
        query=ChangesQuery,
        query_example={"company_id": COMPANY_ID, "from": "2020-01-01T00:00:00Z", "currency": "USD", "limit": 1},
    ),
    "list_variances": Operation(
        answers=answer_ok(page_of(Variance), "Company-quarters that have both."),
        query=VarianceQuery,
        query_example={"company_id": COMPANY_ID, "scenario": "budget", "limit": 1},
    ),
    "list_closes": Operation(answers=answer_ok(page_of(Close), "Closes."), query=PageQuery),
    "read_close": Operation(answers=answer_ok(Close, "The newest close.")),
    "close_period": Operation(
        answers={HTTPStatus.CREATED: Answer("The close.", Close)},
        body=CloseRequest,
        body_example={"reason": "board pack Q1"},
        path_example=_OPEN_QUARTER,
        problems=("already_closed", "nothing_to_close"),
        conventions=(Convention.ONCE, Convention.BRIEF),
    ),
    "reopen_period": Operation(
        answers=answer_ok(Close, "The close, reopened."),
        body=ReopenRequest,
        body_example={"reason": "late restatement by the auditor"},
        path_example=_OPEN_QUARTER,
        problems=("not_closed",),
        conventions=(Convention.ONCE, Convention.BRIEF),
    ),
}
