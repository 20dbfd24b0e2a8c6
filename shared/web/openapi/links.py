"""From an answer to the calls it makes possible: OpenAPI's links, for readers and for programs that follow them."""

from typing import Any

_NEW = {"company_id": "$response.body#/id"}
_FIRST = {"company_id": "$response.body#/items/0/id"}
_SAME = {"company_id": "$request.path.company_id"}
_SAME_QUARTER = {**_SAME, "period_end": "$request.path.period_end"}
_FIRST_QUARTER = {
    "company_id": "$response.body#/items/0/company_id",
    "period_end": "$response.body#/items/0/period_end",
}
_FIRST_CLOSE = {
    "reporting_year": "$response.body#/items/0/reporting_year",
    "reporting_quarter": "$response.body#/items/0/reporting_quarter",
}
_SAME_CLOSE = {name: f"$request.path.{name}" for name in _FIRST_CLOSE}
_NEW_UPLOAD = {"import_id": "$response.body#/id"}
_FIRST_UPLOAD = {"import_id": "$response.body#/items/0/id"}
_PAIR_AND_DAY = {name: f"$request.path.{name}" for name in ("base", "quote", "date")}
_OF_COMPANIES = ("read_company", "replace_company", "update_company", "list_rounds", "record_round", "create_drop_link")
_OF_INPUTS = ("read_input", "read_input_history", "patch_input", "delete_input")
_OF_UPLOADS = ("read_import", "list_import_issues", "list_import_rows", "list_import_moves", "read_import_report")
_DECISIONS = ("approve_import", "reject_import", "cancel_import", "retry_import")

_LINKS: dict[str, list[tuple[tuple[str, ...], dict[str, str]]]] = {
    "create_company": [((*_OF_COMPANIES, "delete_company"), _NEW)],
    "list_companies": [(_OF_COMPANIES, _FIRST)],
    "record_round": [(("list_rounds", "read_company"), _SAME)],
    "put_input": [(_OF_INPUTS, _SAME_QUARTER)],
    "patch_input": [(("read_input", "read_input_history"), _SAME_QUARTER)],
    "list_inputs": [((*_OF_INPUTS, "read_explanation"), _FIRST_QUARTER)],
    "list_findings": [(("read_input", "read_input_history"), _FIRST_QUARTER)],
    "list_metrics": [(("read_explanation", "read_input"), _FIRST_QUARTER)],
    "post_import": [((*_OF_UPLOADS, "cancel_import"), _NEW_UPLOAD)],
    "list_imports": [((*_OF_UPLOADS, *_DECISIONS), _FIRST_UPLOAD)],
    "list_closes": [(("read_close", "reopen_period"), _FIRST_CLOSE)],
    "close_period": [(("read_close", "reopen_period"), _SAME_CLOSE)],
    "reopen_period": [(("read_close", "close_period"), _SAME_CLOSE)],
    "put_fx_rate": [(("delete_fx_rate",), _PAIR_AND_DAY)],
}


def links_of(function: str) -> dict[str, Any]:
    """The links of a function's usual answer, by the operations they lead to."""
    return {
        target: {"operationId": target, "parameters": parameters}
        for targets, parameters in _LINKS.get(function, ())
        for target in targets
    }
