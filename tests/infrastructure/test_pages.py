"""What the pages on deployment say of Bicep, of workflows and of costs is so."""

import re
from pathlib import Path

import pytest

from devstack.infrastructure.gate import read_tree
from devstack.infrastructure.sources import read_sources

PAGE = "docs/deployment.md"


@pytest.fixture(scope="module")
def page() -> str:
    return (Path(__file__).parents[2] / PAGE).read_text()


def test_the_costs_add_up(page: str):
    rows = re.findall(r"^\| [^|*]+\|[^|]*\| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    together = re.search(
        r"^\| \*\*together\*\* \| \| \*\*(\d+)\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\* \|$", page, re.MULTILINE
    )

    assert len(rows) > 8
    assert together is not None
    assert [sum(int(row[column]) for row in rows) for column in range(3)] == [int(total) for total in together.groups()]


def test_the_table_of_environments_is_that_of_the_parameter_files(page: str):
    tree = read_tree(read_sources())
    (sizes,) = re.findall(r"^\| database \| (.*) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    (days,) = re.findall(
        r"^\| database restored to any moment of \| (\d+) .* \| (\d+) .* \| (\d+) .* \|$", page, re.MULTILINE
    )
    for place, environment in enumerate(("dev", "staging", "production")):
        size = tree.environment(environment).named("databaseSize")
        assert size is not None
        assert size.node is not None
        (name,) = [value.value for key, value in size.node.entries if key == "skuName"]
        assert str(name).removeprefix("Standard_") == sizes[place].split(",")[0]
        assert tree.parameter(environment, "databaseBackupDays") == int(days[place])


def test_the_variables_of_an_environment_are_named(page: str):
    told = read_sources()
    read = {
        name
        for path, text in told.items()
        if path.endswith(".bicepparam")
        for name in re.findall(r"readEnvironmentVariable\('(\w+)'", text)
    }
    workflow = told[".github/workflows/deploy-environment.yml"]
    given = set(re.findall(r"vars\.(\w+)", workflow))

    assert read <= given
    assert {name for name in given if name not in page} == set()


def test_every_named_script_is_there(page: str):
    root = Path(__file__).parents[2]
    for module in set(re.findall(r"python3 -m ([\w.]+)", page + "".join(read_sources().values()))):
        if module not in {"venv", "pip"}:
            path = root / module.replace(".", "/")
            assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
