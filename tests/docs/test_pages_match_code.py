"""What the pages say is what the code does: routes, settings, codes, statuses, limits; and links lead somewhere."""

import re
from dataclasses import asdict
from functools import cache

import pytest

import function_app
from durable_imports import starters
from durable_imports.readers import LIMITS
from shared.domain.catalogue import METRICS
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import ROLE_PERMISSIONS, Permission
from shared.domain.statuses import ImportStatus
from shared.services import import_intake
from tests.architecture.sources import ROOT, modules_in, project_files
from tests.rooms import ROUTES

PAGES = tuple(path for path in project_files() if path.endswith(".md"))
ROUTE_ROW = re.compile(r"^\| `(?P<method>[A-Z]+) /(?P<path>\S+)` \| (?P<permission>\w+) \|", re.MULTILINE)
_RAISED = "FieldError|Finding|AmountError|DayError|CellError|UnreadableFileError"
CODE = re.compile(
    rf"(?:code ?=|(?:{_RAISED})\(|\"error\",|code, \w+(?:, \w+)? =)\s*\"(?P<code>[a-z_]+)\"", re.MULTILINE
)
MEANING = re.compile(r"\(\s*\"(?P<code>[a-z_]+)\", \"(?:The|this) ")
"""A code and its sentence, as a pair."""

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def page(name: str) -> str:
    return (ROOT / name).read_text()


def codes_in(*places: str) -> set[str]:
    """The error and warning codes that these modules name."""
    texts = [module.text for module in modules_in(*places)]
    return {found["code"] for text in texts for pattern in (CODE, MEANING) for found in pattern.finditer(text)}


@cache
def anchors(name: str) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", page(name), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_api_page_lists_every_route_with_its_permission():
    assert function_app.app
    listed = [(row["method"], row["path"], row["permission"]) for row in ROUTE_ROW.finditer(page("docs/api.md"))]
    served = [(route.method, route.path, str(route.permission or "none")) for route in ROUTES.values()]

    assert sorted(listed) == sorted(served)


def test_the_api_page_lists_every_problem_code():
    written_in = ("companies", "inputs", "submissions")
    services = [f"shared/services/{name}.py" for name in written_in]
    codes = codes_in("shared/domain/errors.py", "shared/web", "shared/auth", "shared/schemas", *services)
    roots = {"error", "warning", "unavailable"}
    of_uploads_only = {"already_reported", "conflict_skipped", "nothing_said"}

    assert len(codes) > 20
    text = page("docs/api.md") + page("docs/problems.md")
    assert {code for code in codes - roots - of_uploads_only if f"`{code}`" not in text} == set()


def test_the_pages_on_files_list_every_code_status_field_and_limit():
    text = page("docs/imports.md") + page("docs/file_formats.md")
    services = [path for path in project_files() if path.startswith("shared/services/import_")]
    codes = codes_in(
        *services,
        "shared/services/submissions.py",
        "shared/domain/amounts.py",
        "shared/domain/days.py",
        "shared/domain/plausibility.py",
        "durable_imports",
    )
    stated = {f"{limit:,}" for limit in (*vars_of(LIMITS), import_intake.ATOMIC_ROWS, starters.MAX_POSTED_BYTES)}
    enforced = {f"{limit:,}" for limit in (starters.MAX_DROPPED_BYTES,)}

    assert len(codes) > 60
    assert [
        word for word in (*sorted(codes - {"body_too_large"}), *ImportStatus, *FIELD_NAMES) if f"`{word}`" not in text
    ] == []
    assert [limit for limit in stated | enforced if limit not in text] == []


def vars_of(limits: object) -> list[int]:
    """The values of a dataclass of limits."""
    return [value for value in asdict(limits).values() if isinstance(value, int)]  # type: ignore[call-overload]  # any dataclass


def test_the_operations_page_explains_every_setting():
    (settings,) = modules_in("shared/settings.py")
    names = set(re.findall(r"(?:environ\.get|_required)\(\"(\w+)\"", settings.text))

    assert len(names) > 5
    assert {name for name in names if f"| `{name}` |" not in page("docs/settings.md")} == set()


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_the_security_page_has_each_role_s_permissions(role: str):
    (row,) = re.findall(rf"^\| `{re.escape(role)}` \|(.*)\|$", page("docs/security.md"), re.MULTILINE)
    marked = [bool(cell.strip()) for cell in row.split("|")]

    assert marked == [permission in ROLE_PERMISSIONS[role] for permission in Permission]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_the_number_of_metrics_is_the_catalogue_s(name: str):
    assert re.findall(r"(\d+) metrics", page(name)) == [str(len(METRICS))]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str):
    for found in LINK.finditer(page(name)):
        path, _, anchor = found["target"].partition("#")
        if "://" in path:
            continue
        target = (ROOT / name).parent.joinpath(path).resolve() if path else ROOT / name
        assert target.exists(), found["target"]
        assert not anchor or anchor in anchors(str(target.relative_to(ROOT))), found["target"]


@pytest.mark.parametrize("name", ["docs/security.md", "docs/threat-model.md"])
def test_every_test_that_the_page_names_is_there(name: str):
    named = set(re.findall(r"`(test_\w+)`", page(name)))
    defined = {function.name for module in modules_in("tests") for function in module.functions()}

    assert len(named) > 15
    assert named - defined == set()
