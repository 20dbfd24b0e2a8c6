"""Answers kept in this instance's memory: by what was asked, each with the state of the data it was read in."""

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
    state: str
    body: bytes
    headers: dict[str, str]
    mimetype: str
    charset: str

    def make(self) -> func.HttpResponse:
        return func.HttpResponse(self.body, headers=dict(self.headers), mimetype=self.mimetype, charset=self.charset)


class KeptAnswers:
    """The answers asked for last, as many as fit.

    Nothing here grows old: what is asked names all that an answer depends on beside the data, so an entry of the same
    state is right, and one of another state is replaced as soon as it is asked for.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._max_bytes, self._max_answer_bytes = max_bytes, max_answer_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def has(self, asked: str) -> bool:
        """Whether there is an answer, of whatever state."""
        return asked in self._kept

    def answer(self, asked: str, state: str, make: Callable[[], func.HttpResponse]) -> func.HttpResponse:
        """The kept answer of this state, or what `make` answers, kept where it is a 200 and not too large."""
        with self._lock:
            found = self._kept.get(asked)
            if found is not None and found.state == state:
                self._kept.move_to_end(asked)
                return found.make()
        answer = make()
        body = answer.get_body()
        if answer.status_code == 200 and len(body) <= self._max_answer_bytes:  # noqa: PLR2004 (the status of a body)
            self._keep(asked, _Kept(state, body, dict(answer.headers.items()), answer.mimetype, answer.charset))
        return answer

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, asked: str, kept: _Kept) -> None:
        with self._lock:
            before = self._kept.pop(asked, None)
            self._kept[asked] = kept
            self._bytes += len(kept.body) - (len(before.body) if before else 0)
            while self._bytes > self._max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped.body)
