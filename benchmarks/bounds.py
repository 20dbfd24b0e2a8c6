"""The regression guard: how large a ratio may be in a quick run, as committed in `bounds.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measuring import Result

PATH = Path(__file__).with_name("bounds.toml")
Bounds = Mapping[str, Mapping[str, float]]
"""The largest ratio of ours over a way, by case and way."""


def load_bounds() -> Bounds:
    """The committed bounds."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def exceeded(result: Result, bounds: Bounds) -> list[str]:
    """What is wrong with a result, a sentence each; nothing when the case was not run at all.

    Raises:
        KeyError: the case has no bounds.
    """
    if not result.timings:
        return []
    found = [
        f"{result.case}: ours ÷ {way} is {ratio:.2f} ×, at most {bound:.2f} × is allowed"
        for way, bound in bounds[result.case].items()
        if (ratio := result.ratio(way)) is not None and ratio > bound
    ]
    failed = result.loads["ours"].errors if "ours" in result.loads else 0
    return [*found, *([f"{result.case}: {failed} calls failed"] if failed else [])]
