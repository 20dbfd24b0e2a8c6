"""Operations on companies, their funding rounds and the quarters they submit."""

from http import HTTPStatus

from shared.schemas.answers import (
    Company,
    Doubt,
    Input,
    InputReceipt,
    InputVersion,
    Round,
    RoundReceipt,
    page_of,
)
from shared.schemas.companies import CompanyCreate, CompanyUpdate, RoundCreate
from shared.schemas.inputs import InputPut
from shared.schemas.queries import CompanyQuery, FindingsQuery, HistoryQuery, InputKeyQuery, InputQuery, PageQuery
from shared.web.openapi.operation import COMPANY_ID, NO_CONTENT, Answer, Operation, answer_ok

_COMPANY = {
    "name": "Acme Robotics",
    "external_id": "acme",
    "reporting_currency": "GBP",
    "fiscal_year_end": "03-31",
    "funds": ["Fund IV"],
    "revenue_type": "SaaS",
}
_QUARTER = {
    "total_revenue": 4194199,
    "recurring_revenue": 3912138,
    "gross_profit": 2730244,
    "sales_marketing_expense": 1470828,
    "total_operating_expense": 7195136,
    "ebitda": -4464892,
    "cash_burn": -4464892,
    "cash_balance": 32407138,
    "debt_outstanding": 0,
    "employees": 214,
    "reason": "audited figures",
}
_ROUND = {
    "closed_on": "2024-02-01",
    "round": "Series B",
    "currency": "USD",
    "post_money_valuation": 215000000,
    "equity_raised_to_date": 48000000,
}

OPERATIONS = {
    "create_company": Operation(
        answers={HTTPStatus.CREATED: Answer("The company.", Company, has_location=True)},
        body=CompanyCreate,
        body_example=_COMPANY,
        problems=("external_id_taken",),
    ),
    "list_companies": Operation(
        answers=answer_ok(page_of(Company), "Companies."), query=CompanyQuery, query_example={"limit": 1}
    ),
    "read_company": Operation(answers=answer_ok(Company, "The company.")),
    "replace_company": Operation(
        answers=answer_ok(Company, "The company as it now stands."),
        body=CompanyCreate,
        body_example={**_COMPANY, "reporting_currency": "EUR", "fiscal_year_end": "12-31", "external_id": "acme-eu"},
        problems=("external_id_taken", "periods_do_not_fit"),
    ),
    "update_company": Operation(
        answers=answer_ok(Company, "The company as it now stands."),
        body=CompanyUpdate,
        body_example={"reporting_status": "exited", "customer_type": None},
        problems=("external_id_taken", "periods_do_not_fit"),
    ),
    "delete_company": Operation(answers=NO_CONTENT, problems=("company_has_inputs",)),
    "list_rounds": Operation(answers=answer_ok(page_of(Round), "Funding rounds."), query=PageQuery),
    "record_round": Operation(
        answers={
            HTTPStatus.CREATED: Answer("A round that was not on record.", RoundReceipt),
            HTTPStatus.OK: Answer("A round that was; `outcome` says whether anything changed.", RoundReceipt),
        },
        body=RoundCreate,
        body_example=_ROUND,
    ),
    "put_input": Operation(
        answers={
            HTTPStatus.OK: Answer("A quarter that was on record; unchanged or restated.", InputReceipt),
            HTTPStatus.CREATED: Answer("A quarter that was not on record.", InputReceipt),
        },
        body=InputPut,
        body_example=_QUARTER,
    ),
    "read_input": Operation(answers=answer_ok(Input, "The company-quarter."), query=InputKeyQuery),
    "delete_input": Operation(
        answers=NO_CONTENT,
        query=InputKeyQuery,
        query_example={"scenario": "budget", "reason": "drawn up anew"},
    ),
    "read_input_history": Operation(answers=answer_ok(page_of(InputVersion), "Every version."), query=HistoryQuery),
    "list_inputs": Operation(
        answers=answer_ok(page_of(Input), "Company-quarters."),
        query=InputQuery,
        query_example={"company_id": COMPANY_ID, "limit": 1},
    ),
    "list_findings": Operation(
        answers=answer_ok(page_of(Doubt), "Doubts."),
        query=FindingsQuery,
        query_example={"company_id": COMPANY_ID, "limit": 1},
    ),
}
