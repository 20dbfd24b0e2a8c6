"""One company's metrics, quarter by quarter: the handler beside the bare round trip, and served to many clients."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from benchmarks.answers import digest_page
from benchmarks.case import Case
from benchmarks.ground import Ground
from benchmarks.handlers import Handler
from benchmarks.load import LoadWay
from benchmarks.measuring import Stopwatch, Way
from benchmarks.portfolio import company_id
from benchmarks.statements import Statement, join_items, note_work, send_statements
from http_metrics.reporting import list_metrics

PATH = "/v1/metrics"
CALLS = 20
"""Of a handler in one run: right after an answer was taken apart to be compared, any code is slow."""
OURS = "a handler right under the server of the peer, not under the Functions host and its worker"


def company_query(ground: Ground) -> dict[str, str]:
    """All quarters of a company in the middle."""
    company = str(company_id(ground.size.companies // 2))
    return {"company_id": company, "currency": "USD", "limit": str(ground.size.quarters)}


def bearer(ground: Ground) -> dict[str, str]:
    """The header that every call carries."""
    return {"authorization": f"Bearer {ground.serving.token}"}


def note_read(handler: Handler, query: Mapping[str, str]) -> Statement:
    """The statement that fetches what a call answers, the longest; a call that holds something counts by itself."""
    return max(note_work(lambda: handler.get(query, if_none_match='"other"')), key=lambda each: len(each.sql))


def _handle(ground: Ground) -> dict[str, Way]:
    handler, query = Handler(list_metrics, PATH, bearer(ground)), company_query(ground)
    statement, call = note_read(handler, query), handler.call(query)

    def read_ours(watch: Stopwatch) -> str:
        with watch.running(CALLS):
            for _ in range(CALLS):
                body = handler.answer_anew(call).get_body()
        return digest_page(body)

    def read_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor, watch.running(CALLS):
            for _ in range(CALLS):
                items = join_items(send_statements(cursor, [statement]))
        return digest_page(f'{{"items":{items}}}')

    return {"ours": read_ours, "limit": read_bare}


def serve_clients(clients: int, calls_of_each: int, app: str = "ours") -> Callable[[Ground], dict[str, Way]]:
    """Ways that serve so many clients at once, each making so many calls; ours by one of its servers."""

    def ways(ground: Ground) -> dict[str, Way]:
        query = company_query(ground)
        statement = note_read(Handler(list_metrics, PATH, bearer(ground)), query)
        ours = f"{PATH}?{urlencode(query)}"
        peer = f"/companies/{query['company_id']}/metrics?currency=USD&limit={query['limit']}"
        ports = {
            "ours": (ground.serving.server(app).port, ours),
            "peer": (ground.serving.server("peer").port, peer),
            "limit": (ground.serving.bare_server(statement).port, "/"),
        }
        requests = clients * min(calls_of_each, ground.size.most_runs)
        return {
            way: LoadWay(port, path, bearer(ground), clients=clients, requests=requests, digest=digest_page)
            for way, (port, path) in ports.items()
        }

    return ways


def _serving_kept(clients: int, calls_of_each: int, *, runs: int) -> Case:
    return replace(
        _serving(clients, calls_of_each, runs=runs),
        name=f"serve_kept_{clients}",
        title=f"Serve one company's {{quarters}} quarters, asked for before, to {clients} clients at once, per call",
        ways=serve_clients(clients, calls_of_each, "kept"),
    )


def _serving(clients: int, calls_of_each: int, *, runs: int, quick_runs: int = 0) -> Case:
    return Case(
        name=f"serve_{clients}",
        title=f"Serve one company's {{quarters}} quarters to {clients} client{'s' * (clients > 1)} at once, per call",
        ways=serve_clients(clients, calls_of_each),
        runs=runs,
        quick_runs=quick_runs,
        notes={
            "ours": OURS,
            "peer": "FastAPI and SQLModel, one process as ours",
            "limit": "an ASGI function that sends the same statement by psycopg2 and checks no token",
        },
    )


CASES = (
    Case(
        name="read_company",
        title="Handle GET of one company's {quarters} quarters: token, parameters, statement, answer",
        ways=_handle,
        runs=101,
        quick_runs=41,
        notes={
            "limit": "bare psycopg2 sends the same statement, who reads said in front",
            "peer": "not run: a FastAPI handler does not stand alone; see serve_1",
        },
    ),
    _serving(1, 100, runs=7),
    _serving(16, 20, runs=5, quick_runs=3),
    _serving(64, 8, runs=5),
    _serving_kept(16, 40, runs=5),
)
