"""A value from elsewhere, kept in this process: when it is fetched again, and what stands while that fails.

Who has a good value never waits: the one who finds it due for renewal fetches, the others go on with what is kept.
Who has nothing to go on with waits for the fetch that is under way, for a while.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

NOTHING_PAUSE = timedelta(seconds=5)
"""Between two tries while nothing is kept; what a 503's Retry-After says."""
WAIT_SECONDS = 15
"""For another's fetch, by those who have nothing."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class FetchError(Exception):
    """The value could not be fetched; the text is logged, so it holds nothing secret."""


class GoneError(FetchError):
    """There is no such value any more: what is kept of it must not be used."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[_T]):
    """A value, the instant from which it is fetched again, and the one until which it may be used at all."""

    value: _T = field(repr=False)
    renew_at: datetime
    good_until: datetime


class Keeper(Generic[_T]):
    """Keeps one value.

    Args:
        name: What it is, for the log.
        fetch: Answers the value as of an instant; raises FetchError.
        pause: Between two tries to renew what still holds.
    """

    def __init__(self, name: str, fetch: Callable[[datetime], Kept[_T]], pause: timedelta) -> None:
        self._name = name
        self._fetch = fetch
        self._pause = pause
        self._flight = Lock()
        self._kept: Kept[_T] | None = None
        self._tried_at: datetime | None = None

    def value(self, now: datetime) -> _T | None:
        """The value that holds now, fetched where that is due; None: there is none."""
        kept = self._standing(now)
        if kept is None:
            self.renew(now, NOTHING_PAUSE, wait=True)
        elif now >= kept.renew_at:
            self.renew(now, self._pause, wait=False)
        kept = self._standing(now)
        return None if kept is None else kept.value

    def renew(self, now: datetime, pause: timedelta, *, wait: bool) -> None:
        """Fetch the value, unless that was tried within `pause`; `wait` for another's fetch rather than go on."""
        if not self._flight.acquire(blocking=wait, timeout=WAIT_SECONDS if wait else -1):
            return
        try:
            # The distance, so that a clock that was set back does not hold up renewals.
            if self._tried_at is None or abs(now - self._tried_at) >= pause:
                self._tried_at = now
                self._try(now)
        finally:
            self._flight.release()

    def _standing(self, now: datetime) -> Kept[_T] | None:
        kept = self._kept
        return kept if kept is not None and now < kept.good_until else None

    def _try(self, now: datetime) -> None:
        try:
            self._kept = self._fetch(now)
        except GoneError as error:
            self._kept = None
            _log.warning("%s could not be fetched, there is none: %s", self._name, error)
        except FetchError as error:
            kept = self._standing(now)
            stands = (
                "nothing is kept" if kept is None else f"the last one stands until {kept.good_until:%d %b %H:%M} UTC"
            )
            _log.warning("%s could not be fetched, %s: %s", self._name, stands, error)
