"""Inline route constraints: `{id:int}`, `{code:length(3)}`, `{name:regex(^[a-z]+$)}`: ASP.NET's table."""

import re
from collections.abc import Callable

Constraint = Callable[[str], bool]


class ConstraintError(ValueError):
    """No such constraint, or not with such arguments."""


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*[+-]?[0-9]+\s*", text) else None


def _within(low: int, high: int) -> Constraint:
    def holds(text: str) -> bool:
        number = _whole_number(text)
        return number is not None and low <= number <= high

    return holds


def _matching(pattern: str) -> Constraint:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.fullmatch(text) is not None


def _with_length(low: int, high: float) -> Constraint:
    return lambda text: low <= len(text) <= high


_LONGEST = 2**63 - 1
_NUMBER = _matching(r"[+-]?([0-9][0-9,]*(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?")
_PLAIN: dict[str, Constraint] = {
    "int": _within(-(2**31), 2**31 - 1),
    "long": _within(-_LONGEST - 1, _LONGEST),
    "bool": _matching("true|false"),
    "guid": _matching(
        r"[0-9a-f]{32}|(?P<open>[{(])?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?(open)[)}])",
    ),
    "alpha": _matching("[a-z]*"),
    "decimal": _NUMBER,
    "double": _NUMBER,
    "float": _NUMBER,
    "datetime": _matching(
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
    ),
    "required": bool,
}
_WITH_NUMBERS: dict[str, tuple[tuple[int, ...], Callable[..., Constraint]]] = {
    "length": ((1, 2), lambda low, high=None: _with_length(low, low if high is None else high)),
    "minlength": ((1,), lambda low: _with_length(low, float("inf"))),
    "maxlength": ((1,), lambda high: _with_length(0, high)),
    "min": ((1,), lambda low: _within(low, _LONGEST)),
    "max": ((1,), lambda high: _within(-_LONGEST - 1, high)),
    "range": ((2,), _within),
}
KNOWN = ", ".join(sorted([*_PLAIN, *_WITH_NUMBERS, "regex"]))


def parse_constraint(text: str) -> Constraint:
    """The test that an inline constraint stands for.

    Raises:
        ConstraintError: there is no such constraint, or its arguments are not what it takes.
    """
    name, opened, rest = text.partition("(")
    name = name.strip().lower()
    if not opened and name in _PLAIN:
        return _PLAIN[name]
    if opened and rest.endswith(")") and name == "regex":
        return _pattern(rest[:-1])
    if opened and rest.endswith(")") and name in _WITH_NUMBERS:
        counts, make = _WITH_NUMBERS[name]
        numbers = [_whole_number(argument) for argument in rest[:-1].split(",")]
        if len(numbers) not in counts or None in numbers:
            raise ConstraintError(f"the constraint {text!r} takes {' or '.join(map(str, counts))} whole numbers")
        return make(*numbers)
    raise ConstraintError(f"there is no route constraint {text!r}; known are {KNOWN}")


def _pattern(text: str) -> Constraint:
    try:
        compiled = re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ConstraintError(f"the constraint regex({text}) is no regular expression: {error}") from None
    return lambda value: compiled.search(value) is not None
