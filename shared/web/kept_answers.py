"""Answers kept in this instance's memory, by the tag of all they depend on: the same tag, the same answer."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import azure.functions as func

MAX_BYTES = 24 * 1024 * 1024
"""Of all bodies together: a small part of the smallest instance's 512 MB."""
MAX_ANSWER_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    headers: dict[str, str]
    mimetype: str
    charset: str

    def make(self) -> func.HttpResponse:
        return func.HttpResponse(self.body, headers=dict(self.headers), mimetype=self.mimetype, charset=self.charset)


class KeptAnswers:
    """The answers asked for last, as many as fit.

    Nothing here grows old: a tag changes with whatever its answer depends on, so an entry is right or never asked for.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._max_bytes, self._max_answer_bytes = max_bytes, max_answer_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def answer(self, tag: str, make: Callable[[], func.HttpResponse]) -> func.HttpResponse:
        """The kept answer of this tag, or what `make` answers, kept where it is a 200 and not too large."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
                return found.make()
        answer = make()
        body = answer.get_body()
        if answer.status_code == 200 and len(body) <= self._max_answer_bytes:  # noqa: PLR2004 (the status of a body)
            self._keep(tag, _Kept(body, dict(answer.headers.items()), answer.mimetype, answer.charset))
        return answer

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, tag: str, kept: _Kept) -> None:
        with self._lock:
            if tag in self._kept:
                return
            self._kept[tag] = kept
            self._bytes += len(kept.body)
            while self._bytes > self._max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped.body)
