"""Measured figures to the terminal, past pytest's capture and also from a worker of a parallel run."""

import sys

import pytest


def tell(capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    """Say it on standard error, which a worker shares with the one who started the tests."""
    with capsys.disabled():
        sys.stderr.write(f"\n{sentence}\n")
        sys.stderr.flush()
