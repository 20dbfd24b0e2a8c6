"""A whole portfolio read at once: every company's latest quarter, and one metric of every quarter as a matrix.

Ours and the peer are asked over HTTP, with a token; the limit is the bare statement, without HTTP.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks.answers import (
    digest_cells,
    digest_csv,
    digest_matrix,
    digest_page,
    digest_rates,
    digest_workbook,
)
from benchmarks.case import Case
from benchmarks.cases.read_company import OURS, PATH, bearer, note_read
from benchmarks.ground import Ground
from benchmarks.handlers import Handler
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import Rows, join_items, send_statements
from http_metrics.reporting import list_metrics
from shared.data.exports import COMPANY

LATEST = {"latest": "true", "currency": "USD"}
MATRIX = {"shape": "matrix", "by": "reporting_quarter", "metrics": "arr", "currency": "USD"}
PEER_MATRIX = "?metric=arr&currency=USD"
NOTES = {
    "ours": OURS,
    "peer": "FastAPI and SQLModel, over HTTP as ours",
    "limit": "bare psycopg2 sends the same statement, who reads said in front, without HTTP",
}


@dataclass(frozen=True, slots=True)
class Form:
    """How one form of the portfolio is asked for, and what the answers say.

    Attributes:
        query: Of ours.
        peer: The peer's path.
        digest: Of a body.
        digest_rows: Of the bare statement's rows.
    """

    query: Callable[[Ground], Mapping[str, str]]
    peer: str
    digest: Callable[[bytes], str]
    digest_rows: Callable[[Rows], str]

    def __call__(self, ground: Ground) -> dict[str, Way]:
        """The ways to read it."""
        query = self.query(ground)
        statement = note_read(Handler(list_metrics, PATH, bearer(ground)), query)

        def read_bare(watch: Stopwatch) -> str:
            with ground.rehearse_bare() as cursor, watch.running():
                rows = send_statements(cursor, [statement])
            return self.digest_rows(rows)

        return {
            "ours": self._asking(ground, "ours", f"{PATH}?{urlencode(query)}"),
            "peer": self._asking(ground, "peer", self.peer),
            "limit": read_bare,
        }

    def _asking(self, ground: Ground, way: str, path: str) -> Way:
        server, headers = ground.serving.server(way), bearer(ground)

        def read(watch: Stopwatch) -> str:
            with closing(server.connect()) as client:
                with watch.running():
                    answer = client.get(path, headers)
                return self.digest(answer.body)

        return read


def _latest(ground: Ground) -> dict[str, str]:
    return {**LATEST, "limit": str(ground.size.companies)}


def _as_page(rows: Rows) -> str:
    return digest_page(f'{{"items":{join_items(rows)}}}')


def _as_matrix(rows: Rows) -> str:
    return digest_matrix(str(rows[0][0]))


def _as_cells(rows: Rows) -> str:
    """The rows of a file's matrix as the lines that `digest_cells` takes."""
    (periods,) = (texts for kind, _, texts, *_ in rows if kind == "periods")
    lines = [["arr", *texts, *_cells(values)] for kind, _, texts, values in rows if kind == "line"]
    return digest_cells([["name", *COMPANY, *periods], *lines])


def _cells(values: str | list[Any]) -> list[Any]:
    return values.split(",") if isinstance(values, str) else values


def _as_workbook(rows: Rows) -> str:
    return digest_rates(_as_cells(rows), [texts for kind, _, texts, *_ in rows if kind == "rate"])


def _matrix_case(form: str, what: str, peer: str, ways: Callable[[Ground], dict[str, Way]], **runs: int) -> Case:
    title = f"Read one metric of {{companies}} companies × {{quarters}} quarters as {what}"
    notes = {**NOTES, "peer": f"{NOTES['peer']}{peer}"}
    return Case(name=f"matrix_{form}", title=title, ways=ways, notes=notes, **runs)


CASES = (
    Case(
        name="portfolio_latest",
        title="Read the latest metrics of {companies} companies in USD as JSON",
        ways=Form(_latest, "/portfolio/latest?currency=USD", digest_page, _as_page),
        runs=21,
        quick_runs=21,
        notes=NOTES,
    ),
    _matrix_case(
        "json",
        "a JSON matrix",
        "",
        Form(lambda _: MATRIX, f"/portfolio/matrix{PEER_MATRIX}", digest_matrix, _as_matrix),
        runs=15,
        quick_runs=21,
    ),
    _matrix_case(
        "csv",
        "a CSV matrix",
        "; it does not neutralise texts",
        Form(lambda _: {**MATRIX, "format": "csv"}, f"/portfolio/matrix.csv{PEER_MATRIX}", digest_csv, _as_cells),
        runs=9,
        quick_runs=15,
    ),
    _matrix_case(
        "xlsx",
        "a workbook",
        "; XlsxWriter, constant memory, the same three sheets",
        Form(
            lambda _: {**MATRIX, "format": "xlsx"},
            f"/portfolio/matrix.xlsx{PEER_MATRIX}",
            digest_workbook,
            _as_workbook,
        ),
        runs=5,
        quick_runs=9,
    ),
)
