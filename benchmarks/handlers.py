"""The app's own handlers called in this process, as the Functions worker calls them: a request in, an answer out."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import azure.functions as func

from shared.web.freshness import KEPT


class Handler:
    """One HTTP function of the app.

    Args:
        function: What the room registered under `@endpoint`.
        path: The path it is called by, without a query.
        headers: What every call carries.
    """

    def __init__(self, function: Any, path: str, headers: Mapping[str, str]) -> None:
        self._answer: Callable[[func.HttpRequest], func.HttpResponse] = function.build().get_user_function()
        self._path, self._headers = path, dict(headers)

    def get(self, query: Mapping[str, str], **headers: str) -> func.HttpResponse:
        """The answer to a GET with these query parameters, read anew; a header's name is written with `_` for `-`.

        Raises:
            AssertionError: it answers an error.
        """
        return self.answer_anew(self.call(query, **headers))

    def call(self, query: Mapping[str, str], **headers: str) -> func.HttpRequest:
        """What the worker hands over for a GET."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return func.HttpRequest(
            method="GET",
            url=f"http://localhost{self._path}?{urlencode(query)}",
            headers={**self._headers, **sent},
            params=dict(query),
            route_params={},
            body=b"",
        )

    def answer_anew(self, call: func.HttpRequest) -> func.HttpResponse:
        """The answer, read anew.

        Raises:
            AssertionError: as `get`.
        """
        KEPT.forget()
        return self.answer(call)

    def answer(self, call: func.HttpRequest) -> func.HttpResponse:
        """The answer, from this process's memory where it is kept there.

        Raises:
            AssertionError: as `get`.
        """
        found = self._answer(call)
        if found.status_code >= 400:  # noqa: PLR2004 (where errors begin)
            raise AssertionError(f"{self._path} answered {found.status_code}: {found.get_body()[:500]!r}")
        return found
