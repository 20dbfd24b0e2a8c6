"""Small files: a newcomer reads one whole."""

import statistics

from tests.architecture.sources import GENERATED, ROOT, modules, modules_in, project_files

MAX_LINES, MEDIAN_LINES, MAX_COMPOSITION_LINES = 300, 120, 45
WRITTEN_BY_HAND = (".py", ".sql", ".md", ".yml", ".toml", ".json", ".bicep")


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    sizes = {
        path: (ROOT / path).read_text().count("\n")
        for path in project_files()
        if path.endswith(WRITTEN_BY_HAND) and path not in GENERATED
    }

    assert len(sizes) > 100
    assert {path: size for path, size in sizes.items() if size > MAX_LINES} == {}


def test_the_median_file_is_short() -> None:
    assert statistics.median(module.lines for module in modules()) <= MEDIAN_LINES


def test_the_composition_holds_no_logic() -> None:
    (composition,) = modules_in("function_app.py")

    assert composition.lines <= MAX_COMPOSITION_LINES
    assert not list(composition.functions())
