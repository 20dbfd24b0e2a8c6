"""The served description as tests read it, and a client that holds every answer against it."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from shared.web.openapi.document import Issuer, write_document
from tests.http_metrics.client import CATCH_ALL, Answer, Client, _find
from tests.http_metrics.json_schema import offences
from tests.rooms import ROUTES


@cache
def document() -> dict[str, Any]:
    """The description, its numbers exact."""
    found: dict[str, Any] = json.loads(write_document(Issuer()).text, parse_float=Decimal)
    return found


def operation_of(function: str) -> dict[str, Any]:
    """What the description says of a function."""
    route = ROUTES[function]
    found: dict[str, Any] = document()["paths"][f"/{route.path}"][route.method.lower()]
    return found


def undescribed(function: str, answer: Answer) -> list[str]:
    """What of an answer is not as the description says."""
    said = operation_of(function)["responses"].get(str(answer.status))
    if said is None:
        return [f"{function} answers {answer.status}, which is not described: {answer.text[:300]}"]
    missing = [f"the header {name} is missing" for name in said["headers"] if name not in answer.headers]
    if not answer.body and ("content" not in said or "Preference-Applied" in answer.headers):
        return missing
    if "content" not in said:
        return [f"{function} answers {answer.status} with a body"]
    media_type = answer.headers.get("Content-Type", answer.media_type).partition(";")[0]
    if media_type not in said["content"]:
        return [f"{function} answers {media_type}, which is not described"]
    schema = said["content"][media_type].get("schema")
    found = list(offences(answer.json, schema, document())) if schema else []
    if answer.status >= 400 and media_type == "application/problem+json":
        codes = said["content"][media_type]["examples"]
        found += [] if answer.json["code"] in codes else [f"the code {answer.json['code']} is not described"]
    return [*found, *missing]


class CheckedClient(Client):
    """A client of which every answer is as described, or the call fails."""

    def call(self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """As Client.call."""
        answer = super().call(method, target, body, headers)
        function, _ = _find(method, urlsplit(target).path)
        found = undescribed(function, answer) if function != CATCH_ALL else []
        assert not found, "\n".join([f"{method} {target}", *found])
        return answer
