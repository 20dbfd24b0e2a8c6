"""What orchestrator functions answer: the output, or the error that carries one behind its label."""

import json
from dataclasses import dataclass
from typing import Any

from devhost.seam import Answer

OUT_OF_PROCESS_LABEL = "$OutOfProcData$:"
_ABORTING = ("FunctionTimeoutException", "CancelledError")


@dataclass(frozen=True)
class Output:
    """What an orchestrator function answered; texts are raw JSON, except the error."""

    done: bool
    actions: list[dict[str, Any]]
    output: str | None
    custom_status: str | None
    error: str | None


class AbortedError(Exception):
    """The worker broke the invocation off: it says nothing about the function, and is tried again."""


class BrokenOrchestratorError(Exception):
    """The function raised outside the SDK's care: there are no actions, and the orchestration fails with it."""


def require_not_aborted(answer: Answer) -> None:
    """Pass every answer that the function gave itself.

    Raises:
        AbortedError: the worker timed out or was stopped.
    """
    if not answer.ok and (answer.error or "").partition(":")[0] in _ABORTING:
        raise AbortedError(answer.error)


def read_output(answer: Answer) -> Output:
    """The answer of an orchestrator function; when it raised, what follows the last label of the error.

    Raises:
        AbortedError: the worker timed out or was stopped.
        BrokenOrchestratorError: there is no output.
    """
    require_not_aborted(answer)
    found = _parsed(answer.value or "null") if answer.ok else _labelled(answer.error or "")
    if found is None:
        text = f"it answered {(answer.value or '')[:200]!r}, which is no orchestrator's output"
        raise BrokenOrchestratorError(text if answer.ok else answer.error or "it raised an error without a text")
    actions = found.get("actions") or [[]]
    return Output(
        done=bool(found.get("isDone")),
        actions=actions[0] if actions else [],
        output=json.dumps(found["output"]) if "output" in found else None,
        custom_status=json.dumps(found["customStatus"]) if found.get("customStatus") else None,
        error=None if answer.ok else str(found.get("error") or "it raised an error without a text"),
    )


def _labelled(error: str) -> dict[str, Any] | None:
    """The JSON behind the last label; a label in the user's own words is followed by none."""
    end = len(error)
    while (start := error.rfind(OUT_OF_PROCESS_LABEL, 0, end)) >= 0:
        found = _parsed(error[start + len(OUT_OF_PROCESS_LABEL) :])
        if found is not None:
            return found
        end = start
    return None


def _parsed(text: str) -> dict[str, Any] | None:
    """A JSON object, or the text of one."""
    try:
        found = json.loads(text)
        found = json.loads(found) if isinstance(found, str) else found
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
