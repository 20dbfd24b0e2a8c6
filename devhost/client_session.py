"""The durable SDK's HTTP session: one for the process, bound to the event loop that used it first, never closed by it.

The real worker is a process, and its sessions end with it. Here the worker's loop is replaced within the process.
"""

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import ClientSession

_OWNER = "azure.durable_functions.models.utils.http_utils"


def take_client_session() -> "ClientSession | None":
    """Take the session from the SDK, which makes another at its next call; the taker closes it on its own loop."""
    owner = sys.modules.get(_OWNER)
    if owner is None:
        return None
    session: ClientSession | None = owner._client_session  # noqa: SLF001 (nothing public leads to it)
    owner._client_session, owner._session_lock = None, asyncio.Lock()  # noqa: SLF001 (as above; a lock is a loop's too)
    return session
