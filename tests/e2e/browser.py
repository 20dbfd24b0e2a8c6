"""A headless browser over its DevTools protocol, with no way out of this machine, and what it complains about."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of this machine; on Debian `apt install chromium` brings one."""
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1000"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    *("--remote-debugging-address=127.0.0.1", "--remote-debugging-port=0"),
)
PATIENCE = 30


@dataclass
class Tab:
    """One tab.

    Attributes:
        complaints: Errors and warnings of the console, exceptions, refused or failed requests.
        requested: Every URL that was asked for.
    """

    socket: aiohttp.ClientWebSocketResponse
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))
    _waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    async def listen(self) -> None:
        """Take in what the browser tells, until it is closed."""
        async for message in self.socket:
            told = message.json()
            if (waiting := self._waiting.pop(told.get("id", 0), None)) is not None:
                waiting.set_result(told)
            else:
                self._note(told.get("method", ""), told.get("params", {}))

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"].get("exception", told)))
        elif event == "Runtime.consoleAPICalled" and told["type"] in {"error", "assert"}:
            self.complaints.append(str([each.get("value", each.get("description")) for each in told["args"]]))
        elif event == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        elif event == "Network.requestWillBeSent":
            self.requested.append(told["request"]["url"])

    async def send(self, method: str, **parameters: Any) -> Any:
        """One command and what it answered."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        told = await asyncio.wait_for(self._waiting[number], PATIENCE)
        assert "error" not in told, told
        return told["result"]

    async def evaluate(self, expression: str) -> Any:
        """What an expression comes to in the page."""
        told = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def until(self, expression: str) -> Any:
        """The expression's first true value."""
        for _ in range(PATIENCE * 10):
            if found := await self.evaluate(expression):
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"waited in vain for {expression}; complaints: {self.complaints}")


@asynccontextmanager
async def open_tab(program: str, profile: Path, url: str) -> AsyncIterator[Tab]:
    """A tab of a browser of its own that has been sent to `url`."""
    process = await asyncio.create_subprocess_exec(
        *(program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port_of(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                (target,) = [each for each in await answer.json() if each["type"] == "page"]
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab = Tab(socket)
                listening = asyncio.create_task(tab.listen())
                for domain in ("Page", "Runtime", "Log", "Network"):
                    await tab.send(f"{domain}.enable")
                await tab.send("Page.navigate", url=url)
                yield tab
            await listening
    finally:
        process.terminate()
        await process.wait()


async def _port_of(file: Path) -> int:
    for _ in range(PATIENCE * 10):
        if lines := await asyncio.to_thread(_lines_of, file):
            return int(lines[0])
        await asyncio.sleep(0.1)
    raise AssertionError("the browser did not start")


def _lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
