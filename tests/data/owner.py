"""Sessions that act as the database's owner: for tests that meddle where the app's roles may not."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.engine import rehearsal, transaction


@contextmanager
def owner_transaction() -> Iterator[Session]:
    """One transaction, committed when the block ends well."""
    with transaction() as session:
        session.execute(text("set local role none"))
        yield session


@contextmanager
def owner_rehearsal() -> Iterator[Session]:
    """One transaction that is rolled back."""
    with rehearsal() as session:
        session.execute(text("set local role none"))
        yield session
