"""Every HTTP function names its permission, and only what must be open is open."""

import re
from functools import cache
from importlib import import_module

from azure.functions.decorators.function_app import FunctionBuilder

import function_app
from shared.domain.permissions import Permission
from shared.web.endpoint import Route
from tests.architecture.sources import ROOMS, modules_in
from tests.rooms import ROUTES

OPEN = {"read_health", "read_openapi_document", "give_swagger_page", "give_redoc_page", "give_page_asset"}
CATCH_ALL = "yield_unmatched"
VERBS = """
apply approve cancel check close create decide delete finish give import list patch post put read receive record
refresh reject reopen replace retry stage start tend update write yield
"""
VERB_NOUN = re.compile(rf"^({'|'.join(VERBS.split())})(_[a-z]+)+$")


@cache
def registered_functions() -> list:
    """The app's functions; the SDK answers them once per process."""
    return function_app.app.get_functions()


def registered_routes() -> dict[str, Route]:
    """Every HTTP route of the app, by its function's name."""
    return dict(ROUTES)


def test_every_http_function_is_registered_with_its_permission() -> None:
    served = {found.get_function_name() for found in registered_functions() if found.is_http_function()}

    assert served == {*ROUTES, CATCH_ALL}
    assert {name for name, route in ROUTES.items() if route.permission is None} == OPEN
    assert all(isinstance(route.permission, Permission) for name, route in ROUTES.items() if name not in OPEN)


def test_function_names_are_verb_and_noun_and_unique() -> None:
    names = [found.get_function_name() for found in registered_functions()]

    assert len(set(names)) == len(names)
    assert [name for name in names if not VERB_NOUN.match(name)] == []


def test_no_two_routes_answer_the_same_call() -> None:
    calls = [(route.method, re.sub(r"\{[^}]*\}", "{}", route.path)) for route in ROUTES.values()]

    assert len(set(calls)) == len(calls)


def test_the_host_tries_the_catch_all_last() -> None:
    assert max(*ROUTES, CATCH_ALL) == CATCH_ALL, "the host tries functions by name, so its name comes after all others"


def test_every_function_that_a_room_declares_is_registered():
    declared = set()
    for module in modules_in(*ROOMS):
        loaded = import_module(module.path.removesuffix(".py").replace("/", "."))
        built = [value.build() for value in vars(loaded).values() if isinstance(value, FunctionBuilder)]
        declared |= {function.get_function_name() for function in built}

    assert declared == {found.get_function_name() for found in registered_functions()}
    assert len(declared) > len(ROUTES) + 15
