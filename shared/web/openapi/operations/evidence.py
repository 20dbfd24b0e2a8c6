"""Operations on exchange rates, and the one that says what a figure rests on."""

from shared.schemas.answers import page_of
from shared.schemas.evidence_answers import DailyRate, Explanation, PeriodRate, RecordedRate
from shared.schemas.queries import ExplainQuery, PeriodRateQuery, RatesQuery
from shared.schemas.rates import OverrideLift, RateOverride
from shared.web.openapi.conventions import Convention
from shared.web.openapi.operation import NO_CONTENT, Operation, answer_ok

OPERATIONS = {
    "read_explanation": Operation(
        answers=answer_ok(Explanation, "The figure explained."),
        query=ExplainQuery,
        query_example={"metric": "arr", "currency": "USD"},
        conventions=(Convention.FRESH,),
    ),
    "list_fx_rates": Operation(
        answers=answer_ok(page_of(DailyRate), "Daily rates."),
        query=RatesQuery,
        query_example={"base": "EUR", "quote": "USD", "start": "2023-12-27", "end": "2023-12-29"},
        conventions=(Convention.FRESH,),
    ),
    "read_period_rate": Operation(
        answers=answer_ok(PeriodRate, "The period's rates."),
        query=PeriodRateQuery,
        query_example={"base": "EUR", "quote": "USD", "period_start": "2023-10-01", "period_end": "2023-12-31"},
    ),
    "put_fx_rate": Operation(
        answers=answer_ok(RecordedRate, "The overriding rate."),
        body=RateOverride,
        body_example={"rate": 1.15, "reason": "contract rate"},
        conventions=(Convention.BRIEF,),
    ),
    "delete_fx_rate": Operation(
        answers=NO_CONTENT,
        query=OverrideLift,
        query_example={"reason": "the contract has ended"},
        problems=("not_found",),
    ),
}
