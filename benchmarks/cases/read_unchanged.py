"""A read that was made before and has not changed: answered with 304 to its `ETag`, or from memory."""

from collections.abc import Callable
from http import HTTPStatus

import azure.functions as func

from benchmarks.answers import digest_page
from benchmarks.case import Case
from benchmarks.cases.read_company import CALLS, PATH, bearer, company_query
from benchmarks.ground import Ground
from benchmarks.handlers import Handler
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import note_work, send_statements
from http_metrics.reporting import list_metrics

Ask = Callable[[Handler, func.HttpRequest], func.HttpResponse]
_LIMIT = "bare psycopg2 sends the statements by which ours learns that nothing changed"


def _asking(ask: Ask, *, by_tag: bool) -> Callable[[Ground], dict[str, Way]]:
    """Ways that ask for what was answered before; `by_tag`: the call names the answer's `ETag`."""

    def ways(ground: Ground) -> dict[str, Way]:
        handler, query = Handler(list_metrics, PATH, bearer(ground)), company_query(ground)
        known = handler.get(query)
        held = digest_page(known.get_body())
        call = handler.call(query, **({"if_none_match": known.headers["ETag"]} if by_tag else {}))
        statements = note_work(lambda: ask(handler, call))

        def ask_ours(watch: Stopwatch) -> str:
            with watch.running(CALLS):
                for _ in range(CALLS):
                    answer = ask(handler, call)
            return held if answer.status_code == HTTPStatus.NOT_MODIFIED else digest_page(answer.get_body())

        def ask_bare(watch: Stopwatch) -> str:
            with ground.rehearse_bare() as cursor, watch.running(CALLS):
                for _ in range(CALLS):
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
    ways=_asking(lambda handler, call: _not_modified(handler.answer_anew(call)), by_tag=True),
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
    ways=_asking(lambda handler, call: handler.answer(call), by_tag=False),
    runs=101,
    quick_runs=41,
    notes={"limit": _LIMIT, "peer": "not run: FastAPI keeps no answers by itself"},
)
