"""The director: the host under test tells it of every moment, and at the one that is armed it lets the fault strike."""

import json
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.faults.matrix import CALL, DOORS, DUPLICATE, KILL, LOST_ACK, STOP, STORAGE, Fault
from tests.faults.sabotage import BUSY, DIE, GO_ON, REFUSED

RECEPTION_PATIENCE, HEAD_START = 10.0, 0.03
"""Seconds until a second sending is taken in, and how long it then runs beside the step that waits for it."""

Acts = Mapping[str, Callable[..., None]]


class Director:
    """Counts moments and strikes once.

    Args:
        acts: What the kinds of faults do that are not done in the host itself.

    Attributes:
        port: Where the host tells of its moments.
        passed: How many moments there were, by step and moment, since the last arming.
        receptions: How many files the host began to take in since then.
        struck: The fault that struck; None until one has.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._lock = threading.Lock()
        self._armed: Fault | None = None
        self.passed: Counter[tuple[str, str]] = Counter()
        self.receptions = 0
        self.open_receptions = 0
        self.struck: Fault | None = None
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def arm(self, fault: Fault | None) -> None:
        """Let this fault strike next; None: let nothing happen."""
        with self._lock:
            self._armed, self.struck = fault, None
            self.passed.clear()
            self.receptions = 0

    def forget_receptions(self) -> None:
        """The host died, and with it what it was taking in."""
        with self._lock:
            self.open_receptions = 0

    def close(self) -> None:
        """Hear no more."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        director = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                told = json.loads(self.rfile.readline())
                self.wfile.write(f"{director._hear(told)}\n".encode())

        return Line

    def _hear(self, told: dict[str, Any]) -> str:
        with self._lock:
            if told["event"] != "passes":
                self._note_reception(told)
                return GO_ON
            place = (told["step"], told["moment"])
            self.passed[place] += 1
            fault = self._armed
            if fault is None or place != (fault.step, fault.moment) or self.passed[place] != fault.nth:
                return GO_ON
            self._armed, self.struck = None, fault
        return self._strike(fault, told)

    def _note_reception(self, told: dict[str, Any]) -> None:
        if told["step"] in DOORS:
            begins = told["event"] == "begins"
            self.receptions += begins
            self.open_receptions += 1 if begins else -1

    def _strike(self, fault: Fault, told: dict[str, Any]) -> str:
        """Do what the fault does outside the host; the answer is what the host has to do."""
        if fault.kind == KILL:
            return DIE
        if fault.kind == STORAGE and fault.moment == CALL and fault.seed % 3:
            return REFUSED if fault.seed % 3 == 1 else BUSY
        if fault.kind == LOST_ACK:
            self._acts[LOST_ACK](told["client_port"])
        elif fault.kind == DUPLICATE:
            self._send_again(anew=fault.seed % 2 == 1)
        elif fault.kind in {STOP, STORAGE}:
            self._acts[fault.kind]()
        return GO_ON

    def _send_again(self, *, anew: bool) -> None:
        """Have the file taken in once more, beside the step that waits here."""
        before = self.receptions
        self._acts[DUPLICATE](anew=anew)
        deadline = time.monotonic() + RECEPTION_PATIENCE
        while self.receptions == before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(HEAD_START)
