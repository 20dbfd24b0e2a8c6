"""An authenticated request and its parts as typed values; every part that cannot be used is named at once."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

import azure.functions as func
from pydantic import BaseModel
from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data.engine import transaction
from shared.data.reading import let_reader_go, reading
from shared.domain.errors import FieldError, InvalidInput, NotFound
from shared.domain.media_types import JSON
from shared.domain.permissions import Principal
from shared.schemas.fields import iso_date, storable
from shared.schemas.queries import NoQuery
from shared.schemas.reporting import CONDITIONS
from shared.schemas.validation import validate, validate_each
from shared.services.grants import narrow_principal
from shared.web.limits import Charge

MAX_JSON_BYTES = 1_000_000
_AMOUNT = re.compile(r"(-?[0-9]{1,200}(\.[0-9]{1,200})?)?", re.ASCII)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class ApiRequest:
    """One call: the raw request, who makes it, as the token says, and how it counts, where it does."""

    raw: func.HttpRequest
    bearer: Principal
    charge: Charge | None = None

    @cached_property
    def principal(self) -> Principal:
        """Who makes it, narrowed by what is granted; asked for only once the request can be understood.

        Raises:
            NotAllowed: it cannot be told what is granted.
        """
        return narrow_principal(self.bearer, utc_now())

    def path_id(self, name: str) -> UUID:
        """A UUID of the route; one that is none names nothing that exists."""
        try:
            return UUID(self.raw.route_params[name])
        except ValueError:
            raise NotFound(f"{name} is a UUID; {self.raw.route_params[name]!r} names nothing.") from None

    def path_date(self, name: str) -> date:
        """An ISO date of the route."""
        try:
            return iso_date(self.raw.route_params[name])
        except ValueError as error:
            raise InvalidInput([FieldError("invalid", str(error), parameter=name)]) from None

    def query(self, model: type[Model]) -> Model:
        """The query parameters as `model`; unknown ones are refused."""
        try:
            return validate(model, dict(self.raw.params))
        except InvalidInput as error:
            raise InvalidInput([_as_parameter(item) for item in error.errors], "The query cannot be used.") from None

    def body(self, model: type[Model]) -> Model:
        """The JSON body as `model`, its numbers exact; a call with one takes no query parameters."""
        self.query(NoQuery)
        _require_json(self.raw.headers.get("content-type"))
        return validate(model, parse_json(self.raw.get_body()))

    def transaction(self) -> AbstractContextManager[Session]:
        """A session in one transaction of whoever asks: the database shows and takes what is theirs, nothing else."""
        principal = self.principal
        let_reader_go()
        return transaction(principal)

    def reading(self) -> AbstractContextManager[Session]:
        """A session of whoever asks that changes nothing; one round trip for each statement."""
        return reading(self.principal)

    def bodies(self, model: type[Model], limit: int) -> list[Model]:
        """The JSON array of the body, each item as `model`: at least one, at most `limit` of them."""
        self.query(NoQuery)
        _require_json(self.raw.headers.get("content-type"))
        return validate_each(model, parse_json_array(self.raw.get_body(), limit))

    def next_url(self, key: Sequence[Any], order: str = "") -> str:
        """This request's URL for the page that starts after `key`, in an order the caller asked for (empty: none)."""
        parts = urlsplit(str(self.raw.url))
        pairs = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "cursor"]
        query = urlencode([*pairs, ("cursor", encode_cursor([order, *key] if order else key))])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def encode_cursor(key: Sequence[Any]) -> str:
    """A page key as opaque text."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *kinds: type) -> list[Any] | None:
    """The page key of a cursor made by `encode_cursor`.

    Args:
        cursor: What was sent.
        kinds: What each part of the key is: str, int, UUID, date, datetime, or Decimal: a number as text, "" for null.

    Raises:
        InvalidInput: it was not made there, or for another list.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_CURSOR_PARTS[kind](part) for part, kind in zip(_listed(key), kinds, strict=True)]
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise InvalidInput([FieldError("invalid", "take the cursor from a `next` link", parameter="cursor")]) from None


def decode_sorted_cursor(cursor: str | None, order: str, *kinds: type) -> list[Any] | None:
    """The page key of a list in the order that was asked for; a cursor of another order is none of this list's.

    Raises:
        InvalidInput: as decode_cursor.
    """
    if not order:
        return decode_cursor(cursor, *kinds)
    key = decode_cursor(cursor, str, *kinds)
    if key is not None and key[0] != order:
        message = f"this cursor is of another order than {order}; take it from a `next` link"
        raise InvalidInput([FieldError("invalid", message, parameter="cursor")])
    return key and key[1:]


def _listed(key: Any) -> list[Any]:
    if not isinstance(key, list):
        raise TypeError(key)
    return key


def _text_part(part: Any) -> str:
    if not isinstance(part, str):
        raise TypeError(part)
    return storable(part)


def _number_part(part: Any) -> int:
    if not isinstance(part, int) or abs(part) >= 1 << 63:
        raise TypeError(part)
    return part


def _amount_part(part: Any) -> Decimal | None:
    if not isinstance(part, str) or not _AMOUNT.fullmatch(part):
        raise TypeError(part)
    return Decimal(part) if part else None


_CURSOR_PARTS: dict[type, Callable[[Any], Any]] = {
    str: _text_part,
    int: _number_part,
    Decimal: _amount_part,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: lambda part: datetime.fromisoformat(part).astimezone(UTC),
}


def parse_json(body: bytes) -> dict[str, Any]:
    """A JSON object with exact numbers.

    Raises:
        InvalidInput: too large, no JSON, no object, a name given twice, or NaN.
    """
    found = _parse_exactly(body)
    if not isinstance(found, dict):
        raise InvalidInput([FieldError("invalid_json", "the body is a JSON object", pointer="")])
    return found


def parse_json_array(body: bytes, limit: int) -> list[Any]:
    """A JSON array of 1 to `limit` items with exact numbers.

    Raises:
        InvalidInput: as parse_json, or it is no such array.
    """
    found = _parse_exactly(body)
    if not isinstance(found, list) or not 1 <= len(found) <= limit:
        message = f"the body is a JSON array of 1 to {limit} objects"
        raise InvalidInput([FieldError("invalid_json", message, pointer="")])
    return found


def _parse_exactly(body: bytes) -> Any:
    if len(body) > MAX_JSON_BYTES:
        raise InvalidInput([], f"A body has at most {MAX_JSON_BYTES:,} bytes.", code="body_too_large")
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        raise InvalidInput([FieldError("invalid_json", f"the body is not valid JSON: {error}", pointer="")]) from None


def _require_json(content_type: str | None) -> None:
    """A body without a content type is taken for JSON; one of another type is refused."""
    kind = (content_type or JSON).partition(";")[0].strip().lower()
    if kind != JSON and not kind.endswith("+json"):
        what = FieldError("unsupported_media_type", f"send {JSON}", header="Content-Type")
        raise InvalidInput([what], f"A body of {kind} cannot be read here.", code="unsupported_media_type")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON; null where a value is not reported")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is given twice")
    return found


def _as_parameter(error: FieldError) -> FieldError:
    name = (error.pointer or "").lstrip("/").removeprefix(f"{CONDITIONS}/")
    return FieldError(error.code, error.message, parameter=name)
