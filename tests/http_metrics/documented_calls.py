"""Every request example of the description, sent in an order in which it can be answered as the description says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from shared.web.openapi.operation import COMPANY_ID
from tests.durable_imports.upload import register, run_upload
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.described import operation_of
from tests.http_metrics.portfolio import Portfolio
from tests.rooms import ROUTES

PATH_WORD = re.compile(r"\{(\w+)\}")
READ_OF_AN_UPLOAD = ("read_import", "list_import_issues", "list_import_rows", "list_import_moves", "read_import_report")
OF_NO_UPLOAD = (
    *("read_health", "read_openapi_document", "list_imports", "give_import_template", "create_drop_link"),
    *("list_rounds", "record_round", "read_input", "read_input_history", "list_inputs", "list_findings"),
    *("read_portfolio_summary", "read_portfolio_status"),
    *("list_financials", "list_metrics", "list_metric_definitions", "list_changes", "list_variances"),
    *("read_explanation", "list_fx_rates", "read_period_rate", "put_fx_rate", "delete_fx_rate"),
    "read_change_feed",
    *(
        "list_closes",
        "read_close",
        "put_input",
        "patch_input",
        "put_inputs",
        "delete_input",
        "close_period",
        "reopen_period",
    ),
    *("read_company", "list_companies", "update_company", "replace_company"),
)
PAGES = ("give_swagger_page", "give_redoc_page", "give_page_asset")
"""They need files that are installed, so they are called where those are made sure of."""


def example_call(function: str, ids: dict[str, str]) -> tuple[str, str, Any, dict[str, str]]:
    """Method, target, body and headers of a function's request example; `ids` replace the example's own."""
    route, said = ROUTES[function], operation_of(function)
    parameters = said.get("parameters", [])
    path = {each["name"]: ids.get(each["name"], each["example"]) for each in parameters if each["in"] == "path"}
    query = {each["name"]: each["example"] for each in parameters if each["in"] == "query" and "example" in each}
    query = {name: ids["company_id"] if value == COMPANY_ID else value for name, value in query.items()}
    target = "/" + PATH_WORD.sub(lambda word: path[word[1]], route.path) + (f"?{urlencode(query)}" if query else "")
    content = said.get("requestBody", {}).get("content", {})
    if "text/csv" in content:
        return route.method, target, content["text/csv"]["example"].encode(), {"content-type": "text/csv"}
    body = content.get("application/json", {}).get("example")
    if isinstance(body, list):
        body = [{**each, "company_id": ids["company_id"]} for each in body]
    return route.method, target, body, {}


def call_every_operation(api: Client, portfolio: Portfolio) -> Iterator[tuple[str, Answer]]:
    """(function, what its request example was answered) for every operation but the pages."""

    def send(function: str, **ids: str) -> tuple[str, Answer]:
        sent = {"company_id": portfolio.mine, "import_id": portfolio.upload, **ids}
        return function, api.call(*example_call(function, sent))

    for function in (*READ_OF_AN_UPLOAD, *OF_NO_UPLOAD):
        yield send(function)
    created = send("create_company")
    yield created
    yield send("delete_company", company_id=created[1].json["id"])
    granted = send("create_grant")
    yield granted
    yield send("list_grants")
    yield send("delete_grant", grant_id=granted[1].json["id"])
    waiting = [restate_closed(figure) for figure in (91, 92)]
    yield send("approve_import", import_id=waiting[0])
    yield send("reject_import", import_id=waiting[1])
    yield send("cancel_import", import_id=register("company_external_id,period_end\n"))
    unknown = run_upload("company_external_id,period_end,total_revenue\nnobody,2024-03-31,1\n")
    yield send("retry_import", import_id=unknown["id"])
    yield send("post_import")
    yield send("list_audit_log")


def restate_closed(figure: int) -> str:
    """An upload that waits for approval: it restates a closed quarter of the company that is now called acme-eu."""
    content = f"company_external_id,period_end,total_revenue\nacme-eu,2023-12-31,{figure}\n"
    report = run_upload(content, reason="audit")
    assert report["status"] == "pending_approval", report
    return str(report["id"])


@dataclass
class Steadying:
    """Replaces what differs from run to run by what does not, the same by the same.

    Attributes:
        known: What stands for an id, from the start.
    """

    known: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def steady(self, text: str) -> str:
        """A text of JSON with steady ids, hashes, instants, cursors and signatures."""
        for pattern, replace in (
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda: str(self._uuid())),
            (r"\b[0-9a-f]{64}\b", lambda: f"{self._uuid().hex}{self._uuid().hex}"),
            (r"\b[0-9a-f]{32}\b", lambda: self._uuid().hex),
        ):
            text = re.sub(pattern, lambda found, make=replace: self.known.setdefault(found[0], make()), text)
        for pattern, instead in (
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", "2026-01-05T09:30:00+00:00"),
            (r"/\d{8}T\d+/", "/20260105T093000000000/"),
            (r"cursor=[\w-]+", "cursor=WyIyMDIzLTA5LTMwIl0"),
            (
                r"https?://[^\"/]+/\w+/imports/([^?\"]*)\?[^\"]*",
                r"https://portfolio.blob.core.windows.net/imports/\1?sig=…",
            ),
        ):
            text = re.sub(pattern, instead, text)
        return text

    def _uuid(self) -> Any:
        return uuid5(NAMESPACE_URL, f"example {next(self._numbers)}")
