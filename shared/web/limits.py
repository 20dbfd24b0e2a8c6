"""How many calls a principal may make in a minute, by their class; told in the fields of the IETF's draft.

The fields are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says the quota, `RateLimit` what is
left of it and for how many seconds.
"""

from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta
from typing import Self

import azure.functions as func
from sqlalchemy.exc import SQLAlchemyError

from shared.clock import utc_now
from shared.data.rate_counts import admit_call
from shared.data.reading import send_waiting
from shared.domain.errors import TooManyCalls
from shared.domain.permissions import Principal
from shared.domain.route_classes import WINDOW_SECONDS, RouteClass, Usage
from shared.settings import get_settings

POLICY, LIMIT = "RateLimit-Policy", "RateLimit"
MOST_REMEMBERED = 1_000
Classify = Callable[[func.HttpRequest], RouteClass]


def classify_by_method(request: func.HttpRequest) -> RouteClass:
    """What a route that says nothing else is: a read, or a write."""
    return RouteClass.READ if _only_reads(request) else RouteClass.WRITE


class Charge:
    """A call that counts against a quota of its principal: a read together with the first thing it asks the database.

    A call that changes something is counted before anything else is done, and so is one of a principal who has used up
    the quota: it costs a count and nothing more. Whatever a call comes to, it is counted when the block of its charge
    ends; that the quota is used up goes before any other refusal.
    """

    def __init__(self, principal: Principal, route_class: RouteClass, told: MutableMapping[str, str]) -> None:
        self._subject, self._class, self._told = principal.subject, route_class, told
        self._quota = get_settings().rate_limits[route_class]
        self._usage: Usage | None = None

    @property
    def is_open(self) -> bool:
        """Whether the call is still to be counted; a quota of 0 is none, and nothing is."""
        return self._usage is None and self._quota > 0

    @property
    def newest_change(self) -> str | None:
        """As of when the call was counted; None: it was not."""
        return self._usage.newest_change if self._usage else None

    def levy(self, request: func.HttpRequest) -> None:
        """Let the call be counted, now or with what is read first.

        Raises:
            TooManyCalls: the quota is used up.
        """
        if self._quota:
            admit_call(self._subject, self._class, self._take)
            if not _only_reads(request) or _is_used_up(self._subject, self._class):
                send_waiting()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if not isinstance(error, SQLAlchemyError):  # where the database failed, it is not asked once more
            self.settle()

    def settle(self) -> None:
        """Count the call now, if it was not yet.

        Raises:
            TooManyCalls: the quota is used up.
        """
        send_waiting()
        if self.is_open:  # a connection was lost with what it told
            admit_call(self._subject, self._class, self._take)
            send_waiting()
        if self.is_open:
            raise RuntimeError("the database counted a call and told nothing of it: something keeps its messages back")

    def _take(self, usage: Usage) -> None:
        self._usage, quota = usage, self._quota
        self._told[POLICY] = f'"{self._class.value}";q={quota};w={WINDOW_SECONDS}'
        self._told[LIMIT] = f'"{self._class.value}";r={max(quota - usage.used, 0)};t={usage.seconds_left}'
        if usage.used > quota:
            _note_used_up(self._subject, self._class, usage.seconds_left)
            message = f"More than {quota} calls of the class {self._class.value} in a minute; go on in {{}} s."
            raise TooManyCalls(message.format(usage.seconds_left), usage.seconds_left)


_used_up: dict[tuple[str, RouteClass], datetime] = {}
"""Until when; a hint only, for every call is counted all the same."""


def _note_used_up(subject: str, route_class: RouteClass, seconds: int) -> None:
    if len(_used_up) >= MOST_REMEMBERED:
        _used_up.clear()
    _used_up[subject, route_class] = utc_now() + timedelta(seconds=seconds)


def _is_used_up(subject: str, route_class: RouteClass) -> bool:
    until = _used_up.get((subject, route_class))
    return until is not None and utc_now() < until


def _only_reads(request: func.HttpRequest) -> bool:
    return request.method.upper() in {"GET", "HEAD"}
