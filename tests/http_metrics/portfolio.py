"""A small portfolio with something in every list: two funds, a company in each, quarters, plans, rounds, rates."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from shared.data.engine import transaction
from shared.domain.fx import Observation
from shared.domain.permissions import SYSTEM
from shared.services import imports
from shared.services.rates import record_observations
from tests.durable_imports.upload import run_upload
from tests.http_metrics.client import Client

ENDS = ("2023-09-30", "2023-12-31", "2024-03-31")
MINE, OTHER = "Fund Mine", "Fund Other"


@dataclass(frozen=True)
class Portfolio:
    """The ids of the two companies and of an upload; the other company's external id is in `secret`."""

    mine: str
    other: str
    upload: str
    secret: str = "secret-other"  # noqa: S105 (no password: a word to look for)


def publish(quotes: dict[str, str], first: date, days: int) -> None:
    """Rates that stand still, for every workday of a span."""
    spans = [first + timedelta(days=n) for n in range(days)]
    found = [Observation(q, day, Decimal(rate)) for q, rate in quotes.items() for day in spans if day.weekday() < 5]
    with transaction() as session:
        record_observations(session, found)


def build(api: Client) -> Portfolio:
    """Everything above, through the API where it has a route."""
    publish({"USD": "1.25", "CAD": "1.5"}, date(2023, 6, 20), 300)
    ids = []
    for fund, name in ((MINE, "mine"), (OTHER, "secret-other")):
        sent = {"name": name.title(), "external_id": name, "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
        company = api.call("POST", "/v1/companies", {**sent, "funds": [fund]}).json["id"]
        for place, end in enumerate(ENDS):
            for scenario in ("actual", "budget"):
                figures = {"total_revenue": 1000 + place, "recurring_revenue": 2000, "cash_balance": 10, "employees": 0}
                put = api.call("PUT", f"/v1/companies/{company}/inputs/{end}", {**figures, "scenario": scenario})
                assert put.status == 201, put.text
        for day in ("2023-07-01", "2024-01-15"):
            sent = {"closed_on": day, "round": f"Round {day}", "currency": "EUR", "post_money_valuation": 5_000_000}
            assert api.call("POST", f"/v1/companies/{company}/rounds", sent).status == 201
        ids.append(company)
    for number in range(3):
        with transaction() as session:
            imports.register_import(
                session, SYSTEM, imports.Upload(f"{number}.csv", imports.hash_content(b"%d" % number))
            )
    rows = [f"mine,{end},{figure}" for end, figure in zip((*ENDS, "soon", "never"), (7, 8, 9, 1, 1), strict=True)]
    content = "\n".join(["company_external_id,period_end,total_revenue", *rows, ""])
    upload = run_upload(content, mode="validate")["id"]
    for quarter in ("2023/3", "2023/4"):
        assert api.call("POST", f"/v1/periods/{quarter}/close", {}).status == 201
    return Portfolio(*ids, upload)
