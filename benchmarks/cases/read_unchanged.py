"""A read that was made before and has not changed: answered with 304 to its `ETag`, or from memory."""

from http import HTTPStatus

from benchmarks.answers import digest_page
from benchmarks.case import Case
from benchmarks.cases.read_company import PATH, bearer, company_query
from benchmarks.ground import Ground
from benchmarks.handlers import Handler
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import note_work, send_statements
from http_metrics.reporting import list_metrics


def _ways(ground: Ground) -> dict[str, Way]:
    handler, query = Handler(list_metrics, PATH, bearer(ground)), company_query(ground)
    known = handler.get(query)
    tag = known.headers["ETag"]
    held = digest_page(known.get_body())
    statements = note_work(lambda: handler.get(query, if_none_match=tag))

    def ask_ours(watch: Stopwatch) -> str:
        with watch.running():
            answer = handler.get(query, if_none_match=tag)
        return held if answer.status_code == HTTPStatus.NOT_MODIFIED else f"{answer.status_code} in place of 304"

    def ask_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor, watch.running():
            send_statements(cursor, statements)
        return held

    return {"ours": ask_ours, "limit": ask_bare}


CASE = Case(
    name="read_unchanged",
    title="Handle GET of one company's {quarters} quarters that the caller holds already: 304",
    ways=_ways,
    runs=101,
    quick_runs=41,
    notes={
        "limit": "bare psycopg2 sends the statements by which ours learns that nothing changed",
        "peer": "not run: FastAPI answers no ETag by itself; it would answer the whole page, as in serve_1",
    },
)


def _keep(ground: Ground) -> dict[str, Way]:
    handler, query = Handler(list_metrics, PATH, bearer(ground)), company_query(ground)
    held = digest_page(handler.get(query).get_body())
    statements = note_work(lambda: handler.get_again(query))

    def ask_ours(watch: Stopwatch) -> str:
        with watch.running():
            body = handler.get_again(query).get_body()
        return digest_page(body)

    def ask_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor, watch.running():
            send_statements(cursor, statements)
        return held

    return {"ours": ask_ours, "limit": ask_bare}


KEPT_CASE = Case(
    name="read_kept",
    title="Handle GET of one company's {quarters} quarters that this instance answered before",
    ways=_keep,
    runs=101,
    quick_runs=41,
    notes={
        "limit": "bare psycopg2 sends the statements by which ours learns that nothing changed",
        "peer": "not run: FastAPI keeps no answers by itself",
    },
)
