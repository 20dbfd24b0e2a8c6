"""Amounts as people write them: one exact number, or the reason why it cannot be told which."""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

from shared.domain.number_marks import (
    APOSTROPHE,
    COMMA,
    DOT,
    LOCALES,
    SCALE_WORDS,
    SPACE,
    Marks,
    currencies_of,
    find_marks,
)
from shared.domain.written import WrittenError, drop_invisible

__all__ = ["LOCALES", "AmountError", "Scale", "parse_amount"]


class Scale(StrEnum):
    """What one of a file's money figures stands for."""

    UNITS = "units"
    THOUSANDS = "thousands"
    MILLIONS = "millions"

    @property
    def factor(self) -> int:
        """What a figure is multiplied by."""
        return {Scale.UNITS: 1, Scale.THOUSANDS: 1_000, Scale.MILLIONS: 1_000_000}[self]


class AmountError(WrittenError):
    """The text is not one certain amount."""


MAX_LENGTH = 200
_SPACES = re.compile("[ \u00a0\u2007\u2009\u202f]")
_APOSTROPHES = re.compile("['`\u2019\u02bc\u2018\u00b4]")
_MINUSES = re.compile("[-\u2212\ufe63\uff0d\u2010\u2011]")
_BODY = re.compile(r"[0-9](?:[0-9]|[.,' ](?=[0-9]))*|[.,][0-9]+")
_PLAIN = re.compile(r"-?[0-9]{1,60}")
_CERTAIN = re.compile(r"-?(?:[0-9]{1,60}\.(?:[0-9]{1,2}|[0-9]{4,60})|(?:0|[0-9]{4,60})\.[0-9]{3})")
_EXPONENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?|\.[0-9]+)[eE]([+-]?[0-9]{1,3})")
_THREES = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[., '])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_INDIAN = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}")
_SIGN = re.compile(r"[+-]")
_GROUP_LENGTH = 3


def parse_amount(text: str, locale: str | None = None, scale: Scale = Scale.UNITS) -> Decimal:
    """The number a text stands for, exactly as written.

    Currency signs and codes are taken off. A declared scale is never multiplied in here: the caller does that, once.
    A word of scale (`1.2m`) is taken off when it says the declared scale, and refused otherwise.

    Args:
        text: a cell.
        locale: a key of LOCALES; its marks only are read then. Without, a number is read if it can mean one thing.
        scale: what the file declares.

    Raises:
        AmountError: `not_a_number`, `ambiguous_number`, `wrong_grouping`, `percent`, `scaled_number`,
            `two_currencies`, `foreign_digits` or `unknown_locale`.
    """
    marks = _known_marks(locale)
    if _PLAIN.fullmatch(text) or (marks is None and _CERTAIN.fullmatch(text)):
        return Decimal(text)
    shown = text.strip()
    plain = _normalise(text)
    sign, body, words = _take_apart(plain, shown)
    _check_words(words, scale, shown)
    number = _read_locale(body, marks, locale, shown) if marks else _read_certain(body, shown)
    return -number if sign else number


def _known_marks(locale: str | None) -> Marks | None:
    try:
        return find_marks(locale) if locale else None
    except ValueError as error:
        raise AmountError("unknown_locale", str(error)) from None


def _refuse(shown: str, because: str = "") -> AmountError:
    example = "write digits with a decimal point, for example 1250000.50"
    return AmountError("not_a_number", f"{shown[:60]!r} is not a number{because}; {example}")


def _normalise(text: str) -> str:
    """One kind of space, apostrophe and minus; nothing invisible."""
    if len(text) > MAX_LENGTH:
        raise _refuse(text, f": it has {len(text):,} characters")
    for character in text:
        if not character.isascii() and unicodedata.category(character) in {"Nd", "Nl", "No"}:
            message = f"{text.strip()!r} has the digit {character!r}; write the digits 0 to 9"
            raise AmountError("foreign_digits", message)
    plain = _SPACES.sub(SPACE, drop_invisible(text))
    return _MINUSES.sub("-", _APOSTROPHES.sub(APOSTROPHE, plain)).strip()


def _take_apart(plain: str, shown: str) -> tuple[bool, str, list[str]]:
    """Whether it is negative, the digits with their marks, and the words around them."""
    if "%" in plain or "‰" in plain or "percent" in plain.casefold():
        raise AmountError("percent", f"{shown!r} is a share; every field is an amount or a count, so write the number")
    found = _EXPONENT.search(plain) or _BODY.search(plain)
    if found is None or any(character.isdigit() for character in plain[found.end() :]):
        raise _refuse(shown)
    before, body, after = plain[: found.start()], found[0], plain[found.end() :]
    if after[:1] == DOT and body.isdigit() and not after[1:].strip(" )-"):
        after = after[1:]
    negative, before, after = _take_sign(before, after, shown)
    words = [*_signs_in(before, shown), *_signs_in(after, shown)]
    return negative, body, words


def _take_sign(before: str, after: str, shown: str) -> tuple[bool, str, str]:
    """The sign: parentheses around all of it, or one minus or plus before or behind."""
    in_brackets = before.count("(") == 1 and after.count(")") == 1 and not {")"} & set(before) and "(" not in after
    if in_brackets:
        before, after = before.replace("(", SPACE), after.replace(")", SPACE)
    signs = _SIGN.findall(before) + _SIGN.findall(after)
    if len(signs) > 1 or (signs and in_brackets):
        raise _refuse(shown, ": it has more than one sign")
    if not signs:
        return in_brackets, before.strip(), after.strip()
    outer, inner = before.strip(), after.strip()
    at_edge = outer.startswith(signs[0]) or outer.endswith(signs[0]) or inner.startswith(signs[0]) or inner == signs[0]
    dash_apart = re.match(r"[+-]\s+\S", outer)
    if not at_edge or dash_apart or (signs[0] == "+" and _SIGN.search(inner)):
        raise _refuse(shown, ": its sign stands apart")
    return signs[0] == "-", _SIGN.sub(SPACE, outer).strip(), _SIGN.sub(SPACE, inner).strip()


def _signs_in(around: str, shown: str) -> list[str]:
    """The words beside a number, as currencies or scales write them; anything else is refused."""
    words: list[str] = []
    for chunk in around.rstrip("* ").split():
        words += [chunk] if _is_word(chunk) else _split_chunk(chunk, shown)
    return words


def _is_word(chunk: str) -> bool:
    return chunk.casefold() in SCALE_WORDS or currencies_of(chunk) is not None


def _split_chunk(chunk: str, shown: str) -> list[str]:
    """Two words written together, as in `m€` or `€k`."""
    for place in range(1, len(chunk)):
        pair = [chunk[:place], chunk[place:]]
        if all(map(_is_word, pair)) and any(word.casefold() not in SCALE_WORDS for word in pair):
            return pair
    raise _refuse(shown, f": {chunk[:20]!r} is neither a currency nor part of it")


def _check_words(words: list[str], scale: Scale, shown: str) -> None:
    scales = [SCALE_WORDS[word.casefold()] for word in words if word.casefold() in SCALE_WORDS]
    meant = [currencies_of(word) for word in words if word.casefold() not in SCALE_WORDS]
    known = [one for one in meant if one]
    if len(meant) > 1 and (len(known) < len(meant) or not frozenset.intersection(*known)):
        raise AmountError("two_currencies", f"{shown!r} names two currencies; write the amount in the row's currency")
    if scales and (len(scales) > 1 or scales[0] != scale.factor):
        declared = "no scale is declared" if scale is Scale.UNITS else f"the file declares {scale}"
        message = f"{shown!r} is written in a scale, and {declared}; write the full number, or declare scale="
        raise AmountError("scaled_number", message)


def _read_certain(body: str, shown: str) -> Decimal:
    """A number that can mean one thing only, whoever wrote it."""
    if exponent := _EXPONENT.fullmatch(body):
        if COMMA in exponent[1]:
            raise _ambiguous(shown, body)
        return Decimal(body)
    marks = [character for character in body if not character.isdigit()]
    if not marks:
        return Decimal(body)
    last, kinds = marks[-1], set(marks)
    if len(kinds) == 1 and len(marks) == 1 and last in {DOT, COMMA}:
        whole, _, rest = body.partition(last)
        if len(rest) == _GROUP_LENGTH and 0 < len(whole) <= _GROUP_LENGTH and whole != "0":
            raise _ambiguous(shown, body)
        return Decimal(f"{whole or '0'}.{rest}")
    if len(kinds) == 1:
        return _join_groups(body, shown)
    if len(kinds) > 2 or last not in {DOT, COMMA}:  # noqa: PLR2004 (one for groups, one decimal)
        raise _wrong_grouping(shown)
    whole, _, rest = body.rpartition(last)
    return Decimal(f"{_join_groups(whole, shown)}.{rest}")


def _join_groups(body: str, shown: str) -> Decimal:
    """Digits in groups of three, or the Indian way: the last three, before them by two."""
    if not (_THREES.fullmatch(body) or _INDIAN.fullmatch(body)):
        raise _wrong_grouping(shown)
    return Decimal(re.sub("[., ']", "", body))


def _read_locale(body: str, marks: Marks, locale: str | None, shown: str) -> Decimal:
    """A number in the marks of one locale, and no others."""
    if exponent := _EXPONENT.fullmatch(body):
        if {DOT, COMMA} & set(exponent[1]) - {marks.decimal}:
            raise _wrong_grouping(shown, locale)
        return Decimal(body.replace(COMMA, DOT))
    whole, _, rest = body.partition(marks.decimal)
    used = {character for character in whole if not character.isdigit()}
    if (rest and not rest.isdigit()) or used - set(marks.groups) or len(used) > 1:
        raise _wrong_grouping(shown, locale)
    if used:
        pattern = _INDIAN if marks.indian else _THREES
        if not pattern.fullmatch(whole):
            raise _wrong_grouping(shown, locale)
        whole = whole.replace(used.pop(), "")
    return Decimal(f"{whole or '0'}.{rest or '0'}") if rest else Decimal(whole)


def _ambiguous(shown: str, body: str) -> AmountError:
    grouped = body.replace(COMMA, "").replace(DOT, "")
    pointed = body.replace(COMMA, DOT)
    message = (
        f"{shown!r} can mean {grouped} or {pointed}; say which by locale= (en: 1,234.5; de: 1.234,5),"
        " or write the number without group marks"
    )
    return AmountError("ambiguous_number", message)


def _wrong_grouping(shown: str, locale: str | None = None) -> AmountError:
    how = f"as {locale} writes numbers" if locale else "in groups of three with one decimal mark"
    return AmountError("wrong_grouping", f"{shown!r} is not written {how}; write 1250000.50, or correct the marks")
