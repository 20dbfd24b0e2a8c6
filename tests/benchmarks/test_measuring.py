"""The arithmetic of the harness: medians, ratios, interleaving, and what happens when answers differ."""

import os
import platform
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from benchmarks.measuring import DifferentAnswerError, Result, Stopwatch, Timing, time_ways
from benchmarks.portfolio import QUICK
from benchmarks.report import HEADER, NOT_RUN, results_page, table_rows, terminal_table


def lasting(seconds: float, answer: str = "same") -> Callable[[Stopwatch], str]:
    """A way that takes exactly so long."""

    def run(watch: Stopwatch) -> str:
        watch.seconds += seconds
        return answer

    return run


def result(**seconds: tuple[float, ...]) -> Result:
    return Result("case", "Do it", {way: Timing(found) for way, found in seconds.items()}, {})


@pytest.mark.parametrize(("seconds", "middle"), [((3.0,), 3.0), ((9.0, 1.0, 2.0), 2.0), ((4.0, 1.0, 2.0, 100.0), 3.0)])
def test_a_median_is_the_middle_run_or_the_mean_of_the_two_in_the_middle(seconds: tuple[float, ...], middle: float):
    assert Timing(seconds).median == middle


def test_a_ratio_is_ours_over_the_other_by_medians_and_none_for_a_way_not_run():
    measured = result(ours=(3.0, 900.0, 2.0), limit=(2.0, 1.0, 0.1))

    assert measured.ratio("limit") == 3.0
    assert measured.ratio("ours") == 1.0
    assert measured.ratio("peer") is None


def test_ways_take_turns_and_the_warm_up_is_not_counted():
    order: list[str] = []

    def noted(name: str) -> Callable[[Stopwatch], str]:
        def run(watch: Stopwatch) -> str:
            order.append(name)
            watch.seconds += len(order)
            return "same"

        return run

    timings = time_ways({"ours": noted("ours"), "limit": noted("limit")}, 2, lambda _: None)

    assert order == ["ours", "limit", "limit", "ours", "ours", "limit"]
    assert {way: timing.seconds for way, timing in timings.items()} == {"ours": (4.0, 5.0), "limit": (3.0, 6.0)}


def test_only_what_the_stopwatch_encloses_is_counted():
    watch = Stopwatch()
    with watch.running():
        enclosed = sum(range(1000))
    first = watch.seconds
    with watch.running():
        enclosed += 1

    assert enclosed == 499501
    assert 0 < first < watch.seconds < 1


@pytest.mark.parametrize("odd", ["ours", "limit"])
def test_ways_that_answer_differently_are_refused_before_anything_is_counted(odd: str):
    ways: Mapping[str, Callable[[Stopwatch], str]] = {
        name: lasting(1, "other" if name == odd else "one") for name in ("ours", "limit")
    }
    said: list[str] = []

    with pytest.raises(DifferentAnswerError, match="limit answers"):
        time_ways(ways, 3, said.append)
    assert said == ["warm-up: ours 1.0000 s"]


def test_an_answer_that_changes_between_runs_is_refused():
    answers = iter("aab")

    with pytest.raises(DifferentAnswerError, match="ours answers 'b', ours 'a'"):
        time_ways({"ours": lambda _: next(answers)}, 2, lambda _: None)


def test_the_table_shows_ratios_times_and_what_was_not_run():
    rows = table_rows([result(ours=(1.5,), limit=(1.0,)), result(ours=(0.0021,), peer=(0.0084,), limit=(0.002,))])

    assert rows == [
        ("case", "1.50 ×", NOT_RUN, "1.50 s", NOT_RUN, "1.00 s", "1"),
        ("case", "1.05 ×", "0.25 ×", "2.1 ms", "8.4 ms", "2.0 ms", "1"),
    ]
    first, second, _ = terminal_table([result(ours=(1.0,)), result(ours=(1.0,))]).splitlines()
    assert first.split("  ")[0] == HEADER[0]
    assert second.index("1.00 s") == first.index("ours  ", first.index("peer"))


def test_the_page_names_the_machine_in_words_and_says_what_each_way_is():
    measured = Result(
        "wait", "Wait a while", {"ours": Timing((2.0,)), "limit": Timing((1.0,))}, {"limit": "do nothing"}
    )

    page = results_page([measured], QUICK, "18.4", date(2026, 11, 24))

    assert "| wait | 2.00 × | not run | 2.00 s | not run | 1.00 s | 1 |" in page.splitlines()
    assert f"2026-11-24. {os.cpu_count()} CPUs" in page
    assert f"Python {platform.python_version()}. PostgreSQL 18.4" in page
    assert "* **wait**: Wait a while.\n  * peer: not run\n  * limit: do nothing" in page
    assert platform.node() not in page.split()
    assert str(Path.home()) + "/" not in page
