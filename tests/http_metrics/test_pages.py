"""Every list page by page: `next` is followed until null, and nothing is lost, nothing comes twice."""

import json
from uuid import UUID

from tests.http_metrics.client import Client
from tests.http_metrics.portfolio import ENDS, build
from tests.rooms import ROUTES

LISTS = {
    "list_companies": "/v1/companies?",
    "list_inputs": "/v1/inputs?scenario=budget&",
    "list_financials": "/v1/financials?currency=USD&",
    "list_metrics": "/v1/metrics?currency=GBP&",
    "list_imports": "/v1/imports?",
    "list_import_issues": "/v1/imports/{upload}/issues?severity=error&",
    "list_import_rows": "/v1/imports/{upload}/rows?",
    "list_import_moves": "/v1/imports/{upload}/moves?",
    "list_closes": "/v1/periods?",
    "list_fx_rates": "/v1/fx-rates?base=CAD&quote=USD&start=2024-03-20&",
    "list_rounds": "/v1/companies/{mine}/rounds?",
    "list_changes": "/v1/changes?from=2020-01-01T00:00:00Z&company_id={mine}&to=2099-01-01T00:00:00Z&",
    "list_variances": "/v1/variance?",
    "list_findings": "/v1/findings?",
    "list_grants": "/v1/grants?withdrawn=true&",
    "list_audit_log": "/v1/audit-log?",
}
WITHOUT_PAGES = {"list_metric_definitions"}


def grant_and_withdraw(api: Client, company_id: str) -> None:
    """Two grants of one analyst, one of them withdrawn, and one of a group."""
    for kind, holder in (("user", 1), ("user", 2), ("group", 3)):
        sent = {"holder_kind": kind, "holder_id": str(UUID(int=holder)), "company_id": company_id}
        given = api.call("POST", "/v1/grants", sent).json["id"]
        if holder == 2:
            api.call("DELETE", f"/v1/grants/{given}")


def test_this_module_walks_every_list():
    assert {name for name in ROUTES if name.startswith("list_")} == {*LISTS, *WITHOUT_PAGES}


def test_every_list_is_the_same_in_pages_of_any_size(api: Client):
    portfolio = build(api)
    grant_and_withdraw(api, portfolio.mine)
    for name, template in LISTS.items():
        target = template.format(mine=portfolio.mine, upload=portfolio.upload)
        whole = [json.dumps(item, default=str) for item in api.items(f"{target}limit=1000")]
        assert len(whole) == len(set(whole)) >= 2, name
        for limit in (1, 2, len(whole), len(whole) + 1):
            if limit * 50 > len(whole):
                paged = [json.dumps(item, default=str) for item in api.items(f"{target}limit={limit}")]
                assert paged == whole, (name, limit)


def test_a_next_link_keeps_what_was_asked_and_ends_with_null(api: Client):
    portfolio = build(api)
    target = f"/v1/inputs?company_id={portfolio.mine}&scenario=budget&limit=2&start_reporting_date=2023-09-30"

    first = api.get(target).json
    second = api.get(first["next"]).json

    assert [item["period_end"] for item in first["items"] + second["items"]] == list(ENDS)
    assert {item["company_id"] for item in first["items"] + second["items"]} == {portfolio.mine}
    assert second["next"] is None


def test_what_is_added_between_two_pages_neither_hides_nor_repeats_the_rest(api: Client):
    path = f"/v1/companies/{build(api).mine}/rounds"
    first = api.get(f"{path}?limit=1").json
    early = {"closed_on": "2020-01-01", "round": "Seed", "currency": "EUR", "post_money_valuation": 1}
    for sent in (early, {**early, "closed_on": "2024-02-01", "round": "Bridge"}):
        assert api.call("POST", path, sent).status == 201

    days = [item["closed_on"] for item in [*first["items"], *api.items(first["next"])]]

    assert days == ["2023-07-01", "2024-01-15", "2024-02-01"]
