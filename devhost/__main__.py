"""`python -m devhost --app-root . --state-dir DIR --port N [--master-key KEY] [--host-id ID]`."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from devhost.host import Host, Options
from devhost.store import StoreLayoutError
from devhost.validation import RefusedError

EXIT_PATIENCE_SECONDS = 2.0


def main() -> int:
    """Serve until SIGINT or SIGTERM; 1 when the app would not start in Azure, or its port or state cannot be had."""
    given = _parser().parse_args()
    _set_up_logging(debug=os.environ.get("DEVHOST_LOG", "").lower() == "debug")
    options = Options(
        given.app_root.resolve(), given.state_dir.resolve(), given.port, given.master_key, given.host_id or "devhost"
    )
    try:
        asyncio.run(_serve(options))
    except RefusedError as error:
        print(f"The app is refused, as Azure would refuse it:\n{error}", file=sys.stderr)
        return 1
    except StoreLayoutError as error:
        print(f"devhost cannot use its state: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"devhost cannot serve 127.0.0.1:{given.port}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devhost", description="Serve an Azure Functions app on this machine.")
    parser.add_argument("--app-root", type=Path, default=Path(), help="the folder of function_app.py and host.json")
    parser.add_argument(
        "--state-dir", type=Path, required=True, help="where keys, receipts and orchestrations are kept"
    )
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1 (default: a free one)")
    parser.add_argument("--master-key", help="opens everything (default: one is made and kept)")
    parser.add_argument("--host-id", help="the host's name in /admin/host/status (default: devhost)")
    return parser


def _set_up_logging(*, debug: bool) -> None:
    """Warnings and errors to stderr; with `debug` a line per invocation and what the app says at INFO."""
    logging.basicConfig(
        level=logging.INFO if debug else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("devhost").setLevel(logging.DEBUG if debug else logging.WARNING)
    logging.getLogger("azure").setLevel(logging.WARNING)
    # What fails is logged by devhost, once and with its function's name.
    logging.getLogger("azure_functions_runtime").setLevel(logging.CRITICAL)


async def _serve(options: Options) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    host, code = Host(options), 1
    try:
        await host.start()
        print(f"devhost listening on {host.origin}", flush=True)
        await stopping.wait()
        code = 0
    finally:
        await host.stop()
        threading.Thread(target=_leave, args=[code], daemon=True).start()


def _leave(code: int) -> None:
    """End the process even when a function's thread never ends: the interpreter would wait for it."""
    time.sleep(EXIT_PATIENCE_SECONDS)
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
