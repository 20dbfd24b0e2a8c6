"""Tasks and coroutines for the replay: a minimal scheduler whose continuations run at once, in order of registration.

That is how the extension's coroutine behaves, and the order in which ids are taken depends on it.
"""

from collections.abc import Callable, Generator


class Task:
    """Something awaited: open, then done or failed, once."""

    def __init__(self) -> None:
        self.done = False
        self.failed = False
        self._waiting: list[Callable[[], None]] = []

    def resolve(self, *, failed: bool = False) -> None:
        """Complete it and continue whoever waits; a second time changes nothing."""
        if self.done:
            return
        self.done, self.failed = True, failed
        waiting, self._waiting = self._waiting, []
        for continuation in waiting:
            continuation()

    def then(self, continuation: Callable[[], None]) -> None:
        """Call back when done; at once when it is already."""
        if self.done:
            continuation()
        else:
            self._waiting.append(continuation)


Coroutine = Generator[Task, None, bool]
"""Yields tasks to wait for; returns whether it failed."""


def run(coroutine: Coroutine) -> Task:
    """Start a coroutine; the task that completes with it."""
    outcome = Task()

    def advance() -> None:
        while True:
            try:
                awaited = next(coroutine)
            except StopIteration as end:
                outcome.resolve(failed=bool(end.value))
                return
            if not awaited.done:
                awaited.then(advance)
                return

    advance()
    return outcome


def when_all(children: list[Task]) -> Task:
    """Done when every child is, failed or not."""
    outcome, open_children = Task(), len(children)

    def one_done() -> None:
        nonlocal open_children
        open_children -= 1
        if open_children == 0:
            outcome.resolve(failed=any(child.failed for child in children))

    if not children:
        outcome.resolve()
    for child in children:
        child.then(one_done)
    return outcome


def when_any(children: list[Task]) -> Task:
    """Done when the first child is; with no children, at once."""
    outcome = Task()
    if not children:
        outcome.resolve()
    for child in children:
        child.then(outcome.resolve)
    return outcome
