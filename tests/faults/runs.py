"""One run: a file is dropped, a fault strikes while it is under way, and it is followed to its end."""

import time
from dataclasses import dataclass, field
from itertools import count

from tests.faults.faulty_stack import FaultyStack
from tests.faults.figures import baseline_file, companies_file
from tests.faults.matrix import APPROVAL, POST, Fault
from tests.faults.plans import Plan

HERD = 20
"""For so many runs at once the companies and what is on record of them are put there."""


@dataclass
class Runs:
    """The runs of one stack.

    Attributes:
        stack: The stack.
        tally: How often a fault struck, by step and kind.
    """

    stack: FaultyStack
    tally: dict[tuple[str, str], int] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _herds: count = field(default_factory=count)

    def carry_out(self, plan: Plan, fault: Fault | None, hesitation: float = 0) -> tuple[str, str]:
        """Send the plan's file while the fault is armed and follow it to its end: the run's name, the import's id.

        Args:
            plan: The file.
            fault: What strikes; None: nothing.
            hesitation: How many seconds the one who approves takes for it.
        """
        run = self._next_run()
        lost = self.stack.proxy.lost
        self.stack.director.arm(fault)
        posts = fault is not None and fault.step == POST
        approves = plan.shape == APPROVAL
        import_id = self._follow(_Sending(f"{run}.csv", plan.text(run), plan.metadata, posts, approves, hesitation))
        director = self.stack.director
        assert director.struck == fault, f"the fault did not strike; there were {dict(director.passed)}"
        if fault is not None:
            assert self.stack.proxy.lost - lost == (fault.kind == "lost_ack"), "no acknowledgement was lost"
            assert director.receptions >= 1 + (fault.kind == "duplicate"), "the second sending was not taken in"
            place = (fault.step, fault.kind)
            self.tally[place] = self.tally.get(place, 0) + 1
        self.stack.await_calm()
        return run, import_id

    def _next_run(self) -> str:
        if not self._names:
            herd = next(self._herds)
            self._names = [f"h{herd}r{number}" for number in range(HERD)]
            self.stack.director.arm(None)
            for kind, content in (("companies", companies_file(self._names)), ("record", baseline_file(self._names))):
                self._follow(_Sending(f"h{herd}-{kind}.csv", content))
        return self._names.pop(0)

    def _follow(self, sending: "_Sending") -> str:
        """Send a file and see it through to its end; answers the import's id."""
        stack = self.stack
        if not sending.posts:
            stack.drop(sending.name, sending.content, sending.options)
        found: str = stack.until(lambda: sending.press_on(stack), f"{sending.name} was applied")
        assert sending.approved == sending.approves, "it was applied without approval"
        return found


@dataclass
class _Sending:
    """A file on its way, and what its sender and its approver have done so far: both repeat what was not answered."""

    name: str
    content: str
    options: dict[str, str] = field(default_factory=dict)
    posts: bool = False
    approves: bool = False
    hesitation: float = 0
    posted: bool = False
    asked_at: float | None = None
    approved: bool = False

    def press_on(self, stack: FaultyStack) -> str | None:
        """Do what is next; the import's id once it is applied and nothing is under way any more."""
        if self.posts and not self.posted:
            self.posted = stack.post(self.name, self.content, self.options)
            return None
        found = stack.ask("select id, status from import_jobs where file_name = %(name)s", name=self.name)
        if not found:
            return None
        (import_id, status), *_ = found
        assert status not in {"failed", "rejected", "cancelled", "needs_fix"}, status
        if self.approves and self.asked_at is None and status == "pending_approval":
            self.asked_at = time.monotonic()
        if self.asked_at is not None and not self.approved and time.monotonic() >= self.asked_at + self.hesitation:
            self.approved = stack.approve(import_id)
            return None
        return import_id if status == "applied" and stack.has_ended(import_id) else None
