"""A client that mirrors the data by the change feed, and what the source holds, to be compared with it."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.change_feed import FeedPage, read_feed
from shared.data.engine import transaction
from shared.domain.permissions import Scope

Rows = dict[tuple[str, ...], Any]
_DERIVED = """
select company_id::text, scenario, period_end::text, currency, to_jsonb(r)::text as body from reporting_metrics as r
where company_id = any(cast(:ids as uuid[])) and (cast(:scenario as text) is null or scenario = :scenario)
  and period_end between cast(:from as date) and cast(:to as date)
"""
_RATES = """
select quote, observed_on::text, rate::text from fx_rates
where superseded_at is null and (cast(:quote as text) is null or quote = :quote)
  and observed_on between cast(:from as date) and cast(:to as date)
"""
ALWAYS = {"from": "0001-01-01", "to": "9999-12-31"}


def within(span: dict[str, Any]) -> dict[str, str]:
    """A span whose open ends are far away."""
    return {name: span[name] or far for name, far in ALWAYS.items()}


def derived(session: Session, ids: list[str], scenario: str | None, span: dict[str, Any]) -> Rows:
    parameters = {"ids": ids, "scenario": scenario, **within(span)}
    return {tuple(row[:4]): row.body for row in session.execute(text(_DERIVED), parameters)}


def rates(session: Session, quote: str | None, span: dict[str, Any]) -> Rows:
    found = session.execute(text(_RATES), {"quote": quote, **within(span)})
    return {(row.quote, row.observed_on): row.rate for row in found}


@dataclass
class Mirror:
    """What a client holds that knows the feed's items and reads again what spans name."""

    scope: Scope = field(default_factory=Scope)
    after: int = 0
    companies: Rows = field(default_factory=dict)
    inputs: Rows = field(default_factory=dict)
    rounds: Rows = field(default_factory=dict)
    rates: Rows = field(default_factory=dict)
    derived: Rows = field(default_factory=dict)
    sequences: list[int] = field(default_factory=list)

    def follow(self, rng: Random) -> bool:
        """Take in one page of a random length; whether that was the last."""
        with transaction() as session:
            page: FeedPage = read_feed(session, self.scope, self.after, rng.choice((1, 2, 3, 7, 50)))
        for item in json.loads(page.items):
            self.sequences.append(item["sequence"])
            getattr(self, f"_take_{item['kind']}")(item)
        self.after = page.last
        return page.up_to_date

    def _take_company(self, item: dict[str, Any]) -> None:
        company = item["company_id"]
        if item["deleted"]:
            self._forget(company)
            return
        self.companies[company,] = item["data"]
        if item["key"].get("resync"):
            self._read_whole(company)

    def _forget(self, company: str) -> None:
        for rows in (self.companies, self.inputs, self.rounds, self.derived):
            for key in [key for key in rows if key[0] == company]:
                del rows[key]

    def _read_whole(self, company: str) -> None:
        with transaction() as session:
            found = source(session, [UUID(company)])
        for name in ("inputs", "rounds", "derived"):
            getattr(self, name).update(found[name])

    def _take_input(self, item: dict[str, Any]) -> None:
        key = (item["company_id"], item["key"]["scenario"], item["key"]["period_end"])
        if item["deleted"]:
            self.inputs.pop(key, None)
        else:
            assert item["data"]["version"] == item["version"]
            self.inputs[key] = item["data"]

    def _take_round(self, item: dict[str, Any]) -> None:
        key = (item["company_id"], item["key"]["closed_on"], item["key"]["round"])
        if item["data"] is not None:
            self.rounds[key] = item["data"]

    def _take_rate(self, item: dict[str, Any]) -> None:
        span, quote = within(item["key"]), item["key"]["quote"]
        with transaction() as session:
            found = rates(session, quote, span)
        kept = {k: v for k, v in self.rates.items() if not (k[0] == quote and span["from"] <= k[1] <= span["to"])}
        self.rates = {**kept, **found}

    def _take_derived(self, item: dict[str, Any]) -> None:
        span, company, scenario = within(item["key"]), item["company_id"], item["key"]["scenario"]
        with transaction() as session:
            found = derived(session, [company], scenario, span)
        self.derived = {
            key: body
            for key, body in self.derived.items()
            if not (key[:2] == (company, scenario) and span["from"] <= key[2] <= span["to"])
        }
        self.derived.update(found)


def source(session: Session, ids: list[UUID]) -> dict[str, Rows]:
    """What the source holds of these companies, in the mirror's form."""
    inputs = session.execute(
        text(
            "select i.company_id::text, i.scenario, i.period_end::text, i.version from metric_inputs as i"
            " where superseded_at is null and not deleted and company_id = any(:ids)"
        ),
        {"ids": ids},
    )
    rounds = session.execute(
        text(
            "select company_id::text, closed_on::text, round, version, post_money_valuation from funding_rounds"
            " where superseded_at is null and company_id = any(:ids)"
        ),
        {"ids": ids},
    )
    return {
        "inputs": {tuple(row[:3]): {"version": row.version} for row in inputs},
        "rounds": {tuple(row[:3]): {"version": row.version} for row in rounds},
        "derived": derived(session, [str(company) for company in ids], None, ALWAYS),
        "rates": rates(session, None, ALWAYS),
    }


def assert_mirrored(mirror: Mirror, ids: list[UUID]) -> None:
    """The mirror holds what the source holds of these companies, and nothing else of companies."""
    with transaction() as session:
        found = source(session, ids)
        query = "select id::text as id, row_version from companies where id = any(:ids)"
        names = {row.id: row.row_version for row in session.execute(text(query), {"ids": ids})}
    assert {key[0]: body["version"] for key, body in mirror.companies.items()} == names
    for kind in ("inputs", "rounds"):
        held = {key: body["version"] for key, body in getattr(mirror, kind).items()}
        assert held == {key: body["version"] for key, body in found[kind].items()}, kind
    assert mirror.derived == found["derived"]
    assert mirror.rates == found["rates"]
