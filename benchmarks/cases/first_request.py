"""The first request after a start: from starting the server's process to the whole answer of its first call."""

from contextlib import ExitStack
from urllib.parse import urlencode

from benchmarks.answers import digest_page
from benchmarks.case import Case
from benchmarks.cases.read_company import OURS, PATH, bearer, company_query, note_read
from benchmarks.ground import Ground
from benchmarks.handlers import Handler
from benchmarks.measuring import Stopwatch, Way
from http_metrics.reporting import list_metrics


def _ways(ground: Ground) -> dict[str, Way]:
    query, headers, serving = company_query(ground), bearer(ground), ground.serving
    statement = note_read(Handler(list_metrics, PATH, headers), query)
    peer = f"/companies/{query['company_id']}/metrics?currency=USD&limit={query['limit']}"

    def asking(way: str, path: str) -> Way:
        told = statement if way == "limit" else None

        def run(watch: Stopwatch) -> str:
            with ExitStack() as started, watch.running():
                client = started.enter_context(serving.fresh_server(way, told)).connect()
                started.callback(client.close)
                answer = client.get(path, headers)
            return digest_page(answer.body)

        return run

    paths = {"ours": f"{PATH}?{urlencode(query)}", "peer": peer, "limit": "/"}
    return {way: asking(way, path) for way, path in paths.items()}


CASE = Case(
    name="first_request",
    title="Start a server and read one company's {quarters} quarters: its first request",
    ways=_ways,
    runs=7,
    notes={
        "ours": OURS,
        "peer": "FastAPI and SQLModel",
        "limit": "an ASGI function and psycopg2: the server, a connection, the statement",
    },
)
