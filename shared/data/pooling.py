"""Connections out of the pool: one that has been silent for a moment only is trusted, any other is tried first.

Trying costs a round trip, so it is done where there is reason to: the server has sent something unasked, which is how
it says that it ends a connection, or nothing was asked for so long that something between may have dropped it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from select import POLLIN, poll
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from shared.clock import utc_now

TRUSTED_FOR = timedelta(seconds=30)
RENEWED_AFTER_SECONDS = 600
"""A connection that was made longer ago is not used again."""
_USED_AT = "used_at"


def try_before_use(engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
    """Let the engine replace connections that are gone before anybody uses them."""

    def note_use(_connection: Any, record: Any) -> None:
        record.info[_USED_AT] = clock()

    def try_connection(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None or (clock() - used_at < TRUSTED_FOR and not has_unread(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("a pooled connection was gone") from error

    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", try_connection)


def has_unread(connection: Any) -> bool:
    """Whether the server has sent something that nobody asked for."""
    watched = poll()
    watched.register(connection.fileno(), POLLIN)
    return bool(watched.poll(0))
