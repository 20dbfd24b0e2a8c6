"""Route templates, constraints and precedence."""

import re

import pytest

from devhost.indexing import Function
from devhost.routes import RouteTable, http_route
from devhost.templates import RouteError

ONE = "11111111-2222-3333-4444-555555555555"


def http_function(name: str, route: str | None = None, methods: tuple[str, ...] = ()) -> Function:
    trigger: dict[str, object] = {"type": "httpTrigger", "name": "req", "authLevel": "anonymous"}
    trigger |= {"route": route} if route is not None else {}
    trigger |= {"methods": list(methods)} if methods else {}
    return Function(name, name, (trigger,))


def serve(*functions: Function, prefix: str = "") -> RouteTable:
    return RouteTable(map(http_route, functions), prefix)


def answer(table: RouteTable, path: str, method: str = "GET") -> tuple[str, dict[str, str]] | None:
    found = table.find(method, path)
    return (found[0].function.name, found[1]) if found else None


@pytest.mark.parametrize(
    ("route", "path", "values"),
    [
        ("items", "/items", {}),
        ("items", "/items/", {}),
        ("items", "/ITEMS", {}),
        ("/items/", "/items", {}),
        ("items", "/items//", None),
        ("items", "//items", None),
        ("items", "/item", None),
        ("items", "/items/1", None),
        ("items/{id}", "/items/1", {"id": "1"}),
        ("items/{id}", "/items", None),
        ("items/{id}", "/items/", None),
        ("items/{id}", "/items/a%20b", {"id": "a b"}),
        ("items/{id}", "/items/a%2Fb", {"id": "a%2Fb"}),
        ("items/{id}", "/items/a/b", None),
        ("items/{Id}/parts/{part}", "/items/1/parts/2", {"Id": "1", "part": "2"}),
        ("items/{id?}", "/items", {}),
        ("items/{id?}", "/items/1", {"id": "1"}),
        ("items/{a?}/{b?}", "/items/1", {"a": "1"}),
        ("items/{id=7}", "/items", {"id": "7"}),
        ("items/{id:int=7}", "/items/8", {"id": "8"}),
        ("items/{id:int=7}", "/items/x", None),
        ("a/{b?}/c", "/a/c", None),
        ("files/{*rest}", "/files", {}),
        ("files/{*rest}", "/files/a", {"rest": "a"}),
        ("files/{*rest}", "/files/a/b%20c/d", {"rest": "a/b c/d"}),
        ("{*rest}", "/a/b", {"rest": "a/b"}),
        ("{*rest}", "/", {}),
        ("files/{name}.{extension}", "/files/report.2026.csv", {"name": "report.2026", "extension": "csv"}),
        ("files/{name}.csv", "/files/report.csv", {"name": "report"}),
        ("files/{name}.csv", "/files/.csv", None),
        ("v{version:int}/x", "/v12/x", {"version": "12"}),
        ("v{version:int}/x", "/vx/x", None),
        ("items/{id:int}", "/items/-3", {"id": "-3"}),
        ("items/{id:int}", "/items/2147483648", None),
        ("items/{id:long}", "/items/2147483648", {"id": "2147483648"}),
        ("items/{id:INT}", "/items/3", {"id": "3"}),
        ("items/{id:guid}", f"/items/{ONE}", {"id": ONE}),
        ("items/{id:guid}", f"/items/{ONE.replace('-', '')}", {"id": ONE.replace("-", "")}),
        ("items/{id:guid}", "/items/1111", None),
        ("items/{id:guid}", f"/items/({ONE}", None),
        ("items/{id:guid?}", "/items", {}),
        ("items/{ok:bool}", "/items/True", {"ok": "True"}),
        ("items/{ok:bool}", "/items/1", None),
        ("items/{word:alpha}", "/items/abc", {"word": "abc"}),
        ("items/{word:alpha}", "/items/ab1", None),
        ("items/{code:length(3)}", "/items/abc", {"code": "abc"}),
        ("items/{code:length(3)}", "/items/ab", None),
        ("items/{code:length(2,3)}", "/items/abcd", None),
        ("items/{code:minlength(2):maxlength(3)}", "/items/a", None),
        ("items/{code:minlength(2):maxlength(3)}", "/items/ab", {"code": "ab"}),
        ("items/{n:min(5)}", "/items/4", None),
        ("items/{n:max(5)}", "/items/5", {"n": "5"}),
        ("items/{n:range(1,5)}", "/items/6", None),
        ("items/{n:decimal}", "/items/1.5", {"n": "1.5"}),
        ("items/{n:decimal}", "/items/1.5x", None),
        ("items/{day:datetime}", "/items/2026-03-31", {"day": "2026-03-31"}),
        ("items/{day:datetime}", "/items/today", None),
        ("items/{x:regex(^[0-9]{{4}}$)}", "/items/2026", {"x": "2026"}),
        ("items/{x:regex(^[0-9]{{4}}$)}", "/items/20261", None),
        ("items/{x:regex(^a:b/?$)}", "/items/a:b", {"x": "a:b"}),
    ],
)
def test_a_template_matches_as_the_real_hosts_routing_does(
    route: str, path: str, values: dict[str, str] | None
) -> None:
    found = answer(serve(http_function("f", route)), path)
    assert found == (("f", values) if values is not None else None)


def test_the_first_function_by_name_wins_even_over_a_literal() -> None:
    table = serve(http_function("list_special", "items/special"), http_function("get_item", "items/{id}"))
    assert answer(table, "/items/special") == ("get_item", {"id": "special"})


def test_a_constraint_lets_the_literal_through() -> None:
    table = serve(http_function("list_special", "items/special"), http_function("get_item", "items/{id:int}"))
    assert answer(table, "/items/special") == ("list_special", {})


def test_the_order_of_names_ignores_case() -> None:
    assert answer(serve(http_function("b", "x"), http_function("A", "{y}")), "/x") == ("A", {"y": "x"})
    assert answer(serve(http_function("B", "x"), http_function("a", "{y}")), "/x") == ("a", {"y": "x"})


def test_a_method_that_does_not_match_passes_the_request_on() -> None:
    table = serve(http_function("a", "{x}", ("GET",)), http_function("b", "items", ("POST",)))
    assert answer(table, "/items", "POST") == ("b", {})
    assert answer(table, "/items", "DELETE") is None


def test_head_and_options_are_served_only_where_declared() -> None:
    table = serve(http_function("a", "x", ("GET",)), http_function("b", "y"))
    assert answer(table, "/x", "HEAD") is None
    assert answer(table, "/x", "OPTIONS") is None
    assert answer(table, "/y", "HEAD") == ("b", {})


def test_the_prefix_stands_before_every_route_in_any_case() -> None:
    table = serve(http_function("a", "x"), prefix="/api/v1/")
    assert answer(table, "/API/v1/x") == ("a", {})
    assert answer(table, "/x") is None
    assert answer(table, "/api/v1x") is None


@pytest.mark.parametrize("route", [None, "", " "])
def test_a_function_without_a_route_is_found_under_its_name(route: str | None) -> None:
    assert answer(serve(http_function("Hello", route)), "/hello") == ("Hello", {})


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        ("admin/x", "keeps for itself"),
        ("administrators", "keeps for itself"),
        ("/Runtime", "keeps for itself"),
        ("~/x", "~"),
        ("a//b", "empty segment"),
        ("a?b", "outside a parameter"),
        ("{a", "never closes"),
        ("a}", "never opened"),
        ("{}", "without a proper name"),
        ("{a}{b}", "literal between 'a' and 'b'"),
        ("{a}/{A}", "twice"),
        ("{*a}/b", "last segment"),
        ("x{*a}", "by itself"),
        ("{*a?}", "catch all"),
        ("{a=1?}", "cannot be optional"),
        ("{a:integer}", "no route constraint 'integer'"),
        ("{a:min}", "no route constraint 'min'"),
        ("{a:min(x)}", "takes 1 whole numbers"),
        ("{a:range(1)}", "takes 2 whole numbers"),
        ("{a:regex([)}", "no regular expression"),
    ],
)
def test_what_the_real_host_refuses_is_refused(route: str, fault: str) -> None:
    with pytest.raises(RouteError, match=re.escape(fault)):
        http_route(http_function("f", route))
