"""How an upload ended, for its measures: numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.data import import_staging
from shared.domain.statuses import ImportPhase
from shared.services.import_intake import load_job


@dataclass(frozen=True, slots=True)
class ImportEnd:
    """A job that is over.

    Attributes:
        status: Its end.
        dataset: What its rows are of; `unknown` where the file could not be read.
        rows: Its rows by what became of them.
        seconds: From its arrival to its end.
    """

    status: str
    dataset: str
    rows: Mapping[str, int]
    seconds: float


def read_end(session: Session, import_id: str) -> ImportEnd | None:
    """How the job ended; None: it has not."""
    job = load_job(session, import_id)
    if job.finished_at is None:
        return None
    rows = import_staging.outcome_counts(session, import_id, ImportPhase.APPLY)
    rows = rows or import_staging.outcome_counts(session, import_id, ImportPhase.CHECK)
    seconds = (job.finished_at - job.created_at).total_seconds()
    return ImportEnd(job.status, job.dataset or "unknown", rows, seconds)
