"""An exception as the real worker words it, `Type: message`, from what its library hands back: a repr and a traceback.

A message may have many lines; the durable SDK's label `$OutOfProcData$` lives in one.
"""

import ast
import re

_REPR = re.compile(r"([A-Za-z_]\w*)\((.*)\)", re.DOTALL)
_EXCEPTION_LINE = re.compile(r"[A-Za-z_][\w.]*(: |$)")
_FRAME = '  File "'


def error_text(shown: str | None, stack: str | None) -> str:
    """`Type: message` of the exception with this repr and this traceback."""
    text = (stack or "").rstrip("\n")
    found = _from_repr(shown or "", text)
    if found is None:
        found = _from_tail(text.split("\n"))
    return found or shown or "Exception"


def _from_repr(shown: str, stack: str) -> str | None:
    """Built from the repr's arguments where the traceback confirms it, which is exact for messages of any shape."""
    whole = _REPR.fullmatch(shown)
    if whole is None:
        return None
    name, arguments = whole.groups()
    try:
        values = ast.literal_eval(f"({arguments},)") if arguments else ()
    except (SyntaxError, ValueError):
        return None
    if not values:
        return f"{name}: " if _ends_a_traceback(name, stack) else None
    candidates = (str(values[0]), repr(values[0])) if len(values) == 1 else (str(values),)
    return next((text for each in candidates if _ends_a_traceback(text := f"{name}: {each}", stack)), None)


def _ends_a_traceback(text: str, stack: str) -> bool:
    """Whether whole lines of the traceback are `text`, its type perhaps with its module."""
    start = stack.rfind(text.rstrip("\n"))
    if start < 0:
        return False
    line_start = stack.rfind("\n", 0, start) + 1
    module = stack[line_start:start]
    return not module or bool(re.fullmatch(r"[A-Za-z_][\w.]*\.", module))


def _from_tail(lines: list[str]) -> str | None:
    """What follows the traceback's last frame: for exceptions that word themselves."""
    frames = [number for number, line in enumerate(lines) if line.startswith(_FRAME)]
    last = frames[-1] if frames else -1
    while last + 1 < len(lines) and lines[last + 1].startswith("    "):
        last += 1
    tail = [number for number in range(last + 1, len(lines)) if _EXCEPTION_LINE.match(lines[number])]
    if not tail:
        return None
    name, colon, message = "\n".join(lines[tail[0] :]).partition(": ")
    return f"{name.rpartition('.')[2]}{colon}{message}"
