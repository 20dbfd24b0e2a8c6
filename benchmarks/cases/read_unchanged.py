"""A read that was made before and has not changed: answered with 304 to its `ETag`, or from memory."""

from collections.abc import Callable
from http import HTTPStatus

import azure.functions as func

from benchmarks.answers import digest_page
from benchmarks.case import Case
from benchmarks.cases.read_company import PATH, bearer, company_query
from benchmarks.ground import Ground
from benchmarks.handlers import Handler
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import note_work, send_statements
from http_metrics.reporting import list_metrics

Ask = Callable[[Handler, dict[str, str], str], func.HttpResponse]
_LIMIT = "bare psycopg2 sends the statements by which ours learns that nothing changed"


def _asking(ask: Ask) -> Callable[[Ground], dict[str, Way]]:
    """Ways that ask for what was answered before: `ask` is given the handler, the query and the answer's `ETag`."""

    def ways(ground: Ground) -> dict[str, Way]:
        handler, query = Handler(list_metrics, PATH, bearer(ground)), company_query(ground)
        known = handler.get(query)
        tag, held = known.headers["ETag"], digest_page(known.get_body())
        statements = note_work(lambda: ask(handler, query, tag))

        def ask_ours(watch: Stopwatch) -> str:
            with watch.running():
                answer = ask(handler, query, tag)
            return held if answer.status_code == HTTPStatus.NOT_MODIFIED else digest_page(answer.get_body())

        def ask_bare(watch: Stopwatch) -> str:
            with ground.rehearse_bare() as cursor, watch.running():
                send_statements(cursor, statements)
            return held

        return {"ours": ask_ours, "limit": ask_bare}

    return ways


def _not_modified(answer: func.HttpResponse) -> func.HttpResponse:
    """The answer, which must be a 304.

    Raises:
        AssertionError: it is another.
    """
    if answer.status_code != HTTPStatus.NOT_MODIFIED:
        raise AssertionError(f"{answer.status_code} in place of 304")
    return answer


CASE = Case(
    name="read_unchanged",
    title="Handle GET of one company's {quarters} quarters that the caller holds already: 304",
    ways=_asking(lambda handler, query, tag: _not_modified(handler.get(query, if_none_match=tag))),
    runs=101,
    quick_runs=41,
    notes={
        "limit": _LIMIT,
        "peer": "not run: FastAPI answers no ETag by itself; it would answer the whole page, as in serve_1",
    },
)
KEPT_CASE = Case(
    name="read_kept",
    title="Handle GET of one company's {quarters} quarters that this instance answered before",
    ways=_asking(lambda handler, query, _: handler.get_again(query)),
    runs=101,
    quick_runs=41,
    notes={"limit": _LIMIT, "peer": "not run: FastAPI keeps no answers by itself"},
)
