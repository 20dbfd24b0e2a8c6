"""Every route that changes something, or hands something out, leaves exactly one entry; every other one leaves none."""

from typing import Any

import pytest

import durable_imports.blobs
from shared.data.engine import transaction
from shared.data.verify_audit import verify_audit_log
from shared.services.imports import hash_content
from tests.http_metrics.audit_entries import all_entries, entries_of
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.documented_calls import PAGES, call_every_operation
from tests.http_metrics.portfolio import build
from tests.rooms import ROUTES

OBJECTS = {
    "create_company": "company",
    "replace_company": "company",
    "update_company": "company",
    "delete_company": "company",
    "record_round": "round",
    "put_input": "input",
    "patch_input": "input",
    "delete_input": "input",
    "put_inputs": "inputs",
    "close_period": "close",
    "reopen_period": "close",
    "put_fx_rate": "rate",
    "delete_fx_rate": "rate",
    "post_import": "import",
    "approve_import": "import",
    "reject_import": "import",
    "cancel_import": "import",
    "retry_import": "import",
    "create_drop_link": "drop_link",
    "create_grant": "grant",
    "delete_grant": "grant",
    "read_import_report": "report",
    "give_import_template": "template",
}
"""What each route's example acts on; the lists of figures, whose examples are no files, are looked at elsewhere."""
FIGURES_OF_COMPANIES = {"total_revenue", "cash_balance", "post_money_valuation"}


def test_every_route_that_changes_something_has_a_row_in_this_table():
    assert {name for name, route in ROUTES.items() if route.method != "GET"} <= set(OBJECTS)


def test_every_operation_leaves_the_entries_it_should(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(durable_imports.blobs, "save_content", hash_content)
    api = client_for()
    portfolio = build(api)
    found = {
        function: [(entry["action"], entry["kind"], entry["outcome"]) for entry in entries_of(answer)]
        for function, answer in call_every_operation(api, portfolio)
    }

    assert {name: told for name, told in found.items() if told} == {
        name: [(name, kind, "done")] for name, kind in OBJECTS.items()
    }
    assert set(found) | set(PAGES) == set(ROUTES)
    entries = all_entries()
    assert {entry["company_id"] for entry in entries if entry["kind"] in {"company", "input", "round"}} >= {
        portfolio.mine
    }
    assert not [entry for entry in entries if FIGURES_OF_COMPANIES & names_in((entry["before"], entry["after"]))]
    with transaction() as session:
        assert verify_audit_log(session)[1].fault is None


def names_in(value: Any) -> set[str]:
    """Every member's name."""
    if isinstance(value, dict):
        return {*value, *(name for item in value.values() for name in names_in(item))}
    return {name for item in value for name in names_in(item)} if isinstance(value, list | tuple) else set()
