"""Every file keeps the house's rules, and every rule is shown to bite."""

import textwrap

import pytest

from tests.architecture.rules import RULES, Rule
from tests.architecture.sources import Module, modules

OFFENCES = {
    "opens_with_docstring": ("shared/domain/x.py", "A = 1"),
    "functions_are_short": ("shared/domain/x.py", "def f():\n" + "    a = 1\n" * 41),
    "handlers_are_short": ("http_metrics/x.py", "@endpoint(b, 'GET', 'p', P)\ndef f(r):\n" + "    a = 1\n" * 20),
    "name_says_something": ("shared/data/row_utils.py", "A = 1"),
    "environment_is_read_once": ("shared/web/x.py", "import os\nA = os.environ['A']"),
    "clock_is_read_once": ("timer_fx/x.py", "from datetime import datetime\nA = datetime.now()"),
    "one_place_commits": ("shared/services/x.py", "def f(session):\n    session.commit()"),
    "sql_has_a_room": ("shared/services/x.py", "def f(session):\n    session.execute(text('select 1'))"),
    "tables_have_a_room": ("shared/data/x.py", "class A(SQLModel, table=True):\n    pass"),
    "amounts_are_never_floats": ("shared/domain/x.py", "A = 0.1"),
    "azure_has_rooms": ("http_metrics/x.py", "from azure.storage.blob import BlobServiceClient"),
    "errors_carry_no_status": ("shared/domain/x.py", "from http import HTTPStatus"),
    "orchestrators_only_sequence": ("durable_imports/orchestrators.py", "import requests"),
    "suppressions_give_reasons": ("shared/domain/x.py", "A = 1  # no" + "qa: E501"),
    "nothing_is_left_open": ("shared/domain/x.py", "A = 1  # TO" + "DO later"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    broken = [finding for module in modules() for finding in rule(module)]

    assert not broken, "\n".join([rule.__doc__ or "", *broken])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_finds_its_offence(rule: Rule) -> None:
    path, text = OFFENCES[rule.__name__]

    assert list(rule(Module(path, textwrap.dedent(text) + "\n")))
