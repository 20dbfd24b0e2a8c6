"""`python -m devhost --app-root . --state-dir DIR --port N [--master-key KEY]`."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from devhost.host import Host, Options
from devhost.validation import RefusedError


def main() -> int:
    """Serve until SIGINT or SIGTERM; 1 when the app would not start in Azure."""
    parser = argparse.ArgumentParser(prog="devhost", description="Serve an Azure Functions app on this machine.")
    parser.add_argument("--app-root", type=Path, default=Path())
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--master-key")
    given = parser.parse_args()
    level = logging.DEBUG if os.environ.get("DEVHOST_LOG") == "debug" else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("azure").setLevel(logging.WARNING)
    logging.getLogger("azure_functions_runtime").setLevel(logging.CRITICAL)
    options = Options(given.app_root.resolve(), given.state_dir.resolve(), given.port, given.master_key)
    try:
        asyncio.run(_serve(options))
    except RefusedError as error:
        print(f"The app is refused, as Azure would refuse it:\n{error}", file=sys.stderr)
        return 1
    return 0


async def _serve(options: Options) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    host = Host(options)
    await host.start()
    print(f"devhost listening on {host.origin}", flush=True)
    await stopping.wait()
    await host.stop()


if __name__ == "__main__":
    sys.exit(main())
