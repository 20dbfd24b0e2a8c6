"""What a firm does all day, by several clients at once: reads of every kind, writes, exports and uploads."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from threading import Thread

import requests

from tests.devstack.running_stack import RunningStack
from tests.e2e.uploads import QUARTERS, companies_file, inputs_file

CLIENTS = 6
PAUSE_SECONDS = 0.02
"""Between two calls of a client."""
UPLOAD_EVERY_SECONDS = 20
COMPANIES = 30
FINE = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
Act = Callable[["Client"], requests.Response]


@dataclass
class Portfolio:
    """What the load is about: a run's name, and its companies' ids."""

    run: str
    companies: list[str]


@dataclass
class Tally:
    """What clients met: calls by what was asked, and whatever was not answered well."""

    calls: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def load_portfolio(stack: RunningStack, run: str) -> Portfolio:
    """Rates, companies and five years of their quarters."""
    stack.load_rates()
    stack.drop(f"{run}-companies.csv", companies_file(run, COMPANIES))
    assert stack.finished_drop(f"{run}-companies.csv")["status"] == "applied"
    stack.drop(f"{run}-inputs.csv", sound_file(run))
    assert stack.finished_drop(f"{run}-inputs.csv", 300)["status"] == "applied"
    found = [company["id"] for company in stack.items("/v1/companies") if company["external_id"].startswith(run)]
    assert len(found) == COMPANIES
    return Portfolio(run, found)


def sound_file(run: str, number: int = 0) -> str:
    """Every company's figures, each cell a number; another number makes another file."""
    return inputs_file(run, COMPANIES).replace("about a lot", str(number + 1))


class Client:
    """One client with a token of its own; each of its calls is drawn at random."""

    def __init__(self, stack: RunningStack, portfolio: Portfolio, number: int, tally: Tally) -> None:
        self.rng = Random(number)
        self.portfolio, self.tally = portfolio, tally
        self.etags: dict[str, str] = {}
        self._base_url = stack.base_url
        self._session = requests.Session()
        token = stack.token(name=f"Client {number}", minutes=24 * 60)
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **options: object) -> requests.Response:
        """One call."""
        return self._session.request(method, self._base_url + path, timeout=60, **options)  # type: ignore[arg-type]  # handed through

    def company(self) -> str:
        """One of the companies."""
        return self.rng.choice(self.portfolio.companies)

    def act(self) -> None:
        """Make a call, and put on record what came of it."""
        what = self.rng.choices([act for act, _ in ACTS], [weight for _, weight in ACTS])[0]
        try:
            answer = what(self)
        except requests.RequestException as error:
            self.tally.faults.append(f"{what.__name__}: {error!r}")
            return
        self.tally.calls[what.__name__] += 1
        if answer.status_code not in FINE:
            self.tally.faults.append(f"{what.__name__}: {answer.status_code} {answer.text[:300]}")


def read_company(client: Client) -> requests.Response:
    """A company's metrics, with the tag of the last time where there was one."""
    path = f"/v1/metrics?company_id={client.company()}&currency={client.rng.choice(('USD', 'EUR'))}"
    held = client.etags.get(path)
    answer = client.call("GET", path, headers={"If-None-Match": held} if held else {})
    client.etags[path] = answer.headers.get("ETag", "")
    return answer


def read_latest(client: Client) -> requests.Response:
    """Every company's latest quarter."""
    return client.call("GET", "/v1/metrics?latest=true&currency=USD")


def read_matrix(client: Client) -> requests.Response:
    """A matrix of a metric."""
    return client.call("GET", "/v1/metrics?shape=matrix&by=reporting_quarter&metrics=arr,runway_months&currency=USD")


def read_past(client: Client) -> requests.Response:
    """The latest quarters in a currency that is not stored, derived on request."""
    return client.call("GET", "/v1/metrics?latest=true&currency=NOK")


def read_explanation(client: Client) -> requests.Response:
    """How a figure came about."""
    path = f"/v1/companies/{client.company()}/metrics/{client.rng.choice(QUARTERS)}/explain"
    return client.call("GET", f"{path}?metric=ltm_total_revenue&currency=USD")


def read_lists(client: Client) -> requests.Response:
    """Whatever else people look at."""
    lists = ("companies", "inputs?limit=50", "imports", "findings", "change-feed?limit=50", "audit-log", "periods")
    return client.call("GET", f"/v1/{client.rng.choice(lists)}")


def read_summary(client: Client) -> requests.Response:
    """The portfolio summed up."""
    return client.call("GET", "/v1/portfolio/summary?reporting_quarter=2023Q4&currency=USD")


def export_file(client: Client) -> requests.Response:
    """A file of figures."""
    return client.call("GET", f"/v1/metrics?currency=EUR&format={client.rng.choice(('csv', 'csv', 'xlsx'))}")


def restate_quarter(client: Client) -> requests.Response:
    """A figure of a quarter, corrected."""
    path = f"/v1/companies/{client.company()}/inputs/{client.rng.choice(QUARTERS)}"
    correction = {"total_revenue": client.rng.randrange(10**6, 10**7), "reason": "a correction"}
    return client.call("PATCH", path, json=correction, headers={"Content-Type": "application/merge-patch+json"})


ACTS: list[tuple[Act, int]] = [
    (read_company, 40),
    (read_latest, 12),
    (read_lists, 12),
    (restate_quarter, 12),
    (read_matrix, 5),
    (read_explanation, 5),
    (read_summary, 3),
    (export_file, 2),
    (read_past, 2),
]


def run_clients(stack: RunningStack, portfolio: Portfolio, seconds: float) -> Tally:
    """Let all clients act at once for so long, and upload the portfolio's figures again from time to time."""
    tally, until = Tally(), time.monotonic() + seconds

    def act(number: int) -> None:
        client = Client(stack, portfolio, number, tally)
        while time.monotonic() < until:
            client.act()
            time.sleep(PAUSE_SECONDS)

    def upload() -> None:
        number = 0
        while time.monotonic() < until - UPLOAD_EVERY_SECONDS:
            number += 1
            name = f"{portfolio.run}-again-{number}.csv"
            stack.drop(name, sound_file(portfolio.run, number))
            if (status := stack.finished_drop(name, 300)["status"]) not in {"applied", "pending_approval"}:
                tally.faults.append(f"upload {number}: {status}")
            tally.calls["upload"] += 1
            time.sleep(UPLOAD_EVERY_SECONDS)

    threads = [Thread(target=act, args=(number,)) for number in range(CLIENTS)] + [Thread(target=upload)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally
