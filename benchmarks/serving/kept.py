"""The app as the adapter serves it, but with answers kept in memory, as they are where it is deployed."""

from benchmarks.serving.adapter import app
from shared.web import freshness
from shared.web.kept_answers import KeptAnswers

__all__ = ["app"]
freshness.KEPT = KeptAnswers()
