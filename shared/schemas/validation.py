"""From pydantic's complaints to the project's field errors, every one of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.domain.errors import FieldError, InvalidInput

Model = TypeVar("Model", bound=BaseModel)

_OWN_CODES = frozenset({"contradictory", "too_precise"})
_MESSAGES = {
    "missing": ("required", "this field is required"),
    "extra_forbidden": ("unknown", "this field is not known here"),
}


def validate(model: type[Model], values: Mapping[str, Any]) -> Model:
    """The values as `model`.

    Raises:
        InvalidInput: with a pointer, a code and a message for every offending field.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidInput(field_errors(error, sorted(model.model_fields))) from None


def validate_each(model: type[Model], items: Sequence[Any]) -> list[Model]:
    """Every item as `model`.

    Raises:
        InvalidInput: with every offending field of every item, its pointer beginning with the item's place.
    """
    found, errors = [], []
    for place, item in enumerate(items):
        try:
            found.append(validate(model, item))
        except InvalidInput as error:
            errors += [replace(field, pointer=f"/{place}{field.pointer or ''}") for field in error.errors]
    if errors:
        raise InvalidInput(errors)
    return found


def field_errors(error: ValidationError, known: list[str]) -> list[FieldError]:
    """One field error per complaint."""
    return [_field_error(dict(complaint), known) for complaint in error.errors(include_url=False)]


def _field_error(complaint: dict[str, Any], known: list[str]) -> FieldError:
    kind = complaint["type"]
    code = kind if kind in _OWN_CODES else "invalid"
    code, message = _MESSAGES.get(kind, (code, complaint["msg"].removeprefix("Value error, ")))
    if kind == "extra_forbidden":
        message = f"{message}; {suggestion(str(complaint['loc'][-1]), known)}"
    pointer = "".join(f"/{part}" for part in complaint["loc"])
    return FieldError(code, message, pointer=pointer or "")


def suggestion(name: str, known: list[str]) -> str:
    """The nearest known name, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415 (only for a message)

    if not known:
        return "none is taken"
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
