"""`Type: message` is rebuilt exactly from a repr and a traceback."""

import traceback

import pytest

from devhost.tracebacks import error_text


class WordsItselfError(Exception):
    def __str__(self) -> str:
        return "worded\nby itself"


class TakesTwoError(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)


def raised(error: BaseException, cause: BaseException | None = None) -> str:
    try:
        raise error from cause  # noqa: TRY301 (the exception is the case)
    except BaseException as found:  # noqa: BLE001 (any exception is a case)
        return error_text(repr(found), traceback.format_exc())


NESTED = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\n    g()\nValueError: inner'


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("plain"), "ValueError: plain"),
        (ValueError(), "ValueError: "),
        (ValueError('it\'s "quoted"'), 'ValueError: it\'s "quoted"'),
        (RuntimeError("two\nlines"), "RuntimeError: two\nlines"),
        (RuntimeError("ends with a line\n"), "RuntimeError: ends with a line\n"),
        (RuntimeError("first\nValueError: not the type"), "RuntimeError: first\nValueError: not the type"),
        (RuntimeError(NESTED), f"RuntimeError: {NESTED}"),
        (Exception('m\n\n$OutOfProcData$:{"a": [1, "\\n"]}'), 'Exception: m\n\n$OutOfProcData$:{"a": [1, "\\n"]}'),
        (KeyError("k"), "KeyError: 'k'"),
        (ValueError(7), "ValueError: 7"),
        (FileNotFoundError(2, "No such file", "x"), "FileNotFoundError: [Errno 2] No such file: 'x'"),
        (TakesTwoError(1, "b"), "TakesTwoError: (1, 'b')"),
        (WordsItselfError("x"), "WordsItselfError: worded\nby itself"),
        (
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: bad",
        ),
    ],
)
def test_the_text_is_the_real_workers(error: Exception, expected: str) -> None:
    assert f"{type(error).__name__}: {error}" == expected, "the case itself is wrong"
    assert raised(error) == expected


def test_of_a_chain_the_last_one_speaks() -> None:
    assert raised(RuntimeError("outer"), ValueError("inner")) == "RuntimeError: outer"


def test_a_note_is_no_part_of_the_message() -> None:
    error = ValueError("message")
    error.add_note("a note")
    assert raised(error) == "ValueError: message"


def test_without_a_traceback_the_repr_speaks() -> None:
    assert error_text("function f not loaded", "") == "function f not loaded"
    assert error_text(None, None) == "Exception"
