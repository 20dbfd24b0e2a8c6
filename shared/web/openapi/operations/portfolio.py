"""Operations on companies, their funding rounds and the quarters they submit."""

from http import HTTPStatus

from shared.schemas.answers import Company, Round, RoundReceipt, page_of
from shared.schemas.companies import CompanyCreate, CompanyUpdate, RoundCreate
from shared.schemas.input_answers import BatchReceipt, Doubt, Input, InputReceipt, InputVersion
from shared.schemas.inputs import BatchedInput, InputPut
from shared.schemas.queries import CompanyQuery, FindingsQuery, HistoryQuery, InputKeyQuery, InputQuery, PageQuery
from shared.web.openapi.conventions import Convention
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
        answers={HTTPStatus.CREATED: Answer("The company.", Company, headers=("ETag", "Location"))},
        body=CompanyCreate,
        body_example=_COMPANY,
        problems=("external_id_taken",),
        conventions=(Convention.ONCE, Convention.BRIEF),
    ),
    "list_companies": Operation(
        answers=answer_ok(page_of(Company), "Companies."),
        query=CompanyQuery,
        query_example={"limit": 1},
        conventions=(Convention.FRESH,),
    ),
    "read_company": Operation(answers=answer_ok(Company, "The company."), conventions=(Convention.TAGGED,)),
    "replace_company": Operation(
        answers=answer_ok(Company, "The company as it now stands."),
        body=CompanyCreate,
        body_example={**_COMPANY, "reporting_currency": "EUR", "fiscal_year_end": "12-31", "external_id": "acme-eu"},
        problems=("external_id_taken", "periods_do_not_fit"),
        conventions=(Convention.EXPECTING, Convention.BRIEF),
    ),
    "update_company": Operation(
        answers=answer_ok(Company, "The company as it now stands."),
        body=CompanyUpdate,
        body_example={"reporting_status": "exited", "customer_type": None},
        problems=("external_id_taken", "periods_do_not_fit"),
        conventions=(Convention.EXPECTING, Convention.BRIEF),
    ),
    "delete_company": Operation(
        answers=NO_CONTENT, problems=("company_has_inputs",), conventions=(Convention.REMOVING,)
    ),
    "list_rounds": Operation(
        answers=answer_ok(page_of(Round), "Funding rounds."), query=PageQuery, conventions=(Convention.FRESH,)
    ),
    "record_round": Operation(
        answers={
            HTTPStatus.CREATED: Answer("A round that was not on record.", RoundReceipt),
            HTTPStatus.OK: Answer("A round that was; `outcome` says whether anything changed.", RoundReceipt),
        },
        body=RoundCreate,
        body_example=_ROUND,
        conventions=(Convention.ONCE, Convention.BRIEF),
    ),
    "put_input": Operation(
        answers={
            HTTPStatus.OK: Answer("A quarter that was on record; unchanged or restated.", InputReceipt),
            HTTPStatus.CREATED: Answer("A quarter that was not on record.", InputReceipt),
        },
        body=InputPut,
        body_example=_QUARTER,
        conventions=(Convention.EXPECTING, Convention.BRIEF),
    ),
    "patch_input": Operation(
        answers=answer_ok(InputReceipt, "The quarter as it now stands; unchanged or restated."),
        body=InputPut,
        body_example={"employees": 215, "reason": "head count corrected"},
        conventions=(Convention.EXPECTING, Convention.BRIEF),
    ),
    "put_inputs": Operation(
        answers=answer_ok(BatchReceipt, "What became of each, in the order sent."),
        body=BatchedInput,
        body_is_list=True,
        body_example=[{"company_id": COMPANY_ID, "period_end": "2024-03-31", **_QUARTER}],
        conventions=(Convention.BRIEF,),
    ),
    "read_input": Operation(
        answers=answer_ok(Input, "The company-quarter."), query=InputKeyQuery, conventions=(Convention.TAGGED,)
    ),
    "delete_input": Operation(
        answers=NO_CONTENT,
        query=InputKeyQuery,
        query_example={"scenario": "budget", "reason": "drawn up anew"},
        conventions=(Convention.REMOVING,),
    ),
    "read_input_history": Operation(answers=answer_ok(page_of(InputVersion), "Every version."), query=HistoryQuery),
    "list_inputs": Operation(
        answers=answer_ok(page_of(Input), "Company-quarters."),
        query=InputQuery,
        query_example={"company_id": COMPANY_ID, "limit": 1},
        conventions=(Convention.FRESH,),
    ),
    "list_findings": Operation(
        answers=answer_ok(page_of(Doubt), "Doubts."),
        query=FindingsQuery,
        query_example={"company_id": COMPANY_ID, "limit": 1},
    ),
}
