"""What host.json says, and everything that is wrong with it."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost.timespans import parse_timespan

_SETTING = re.compile(r"%([^%]+)%")
DEFAULT_TIMEOUT = "00:30:00"
DEFAULT_HUB = "TestHubName"
BLOBS_PER_CORE = 8


@dataclass(frozen=True)
class HostSettings:
    """What host.json says, with the host's defaults.

    Attributes:
        timeout_seconds: None: a function may run for ever.
        poison_threshold: After how many failures a blob is poison.
    """

    route_prefix: str = "api"
    timeout_seconds: float | None = 1800.0
    hub_name: str = DEFAULT_HUB
    max_activities: int = 10
    max_orchestrators: int = 5
    max_blobs: int = field(default_factory=lambda: BLOBS_PER_CORE * (os.cpu_count() or 1))
    poison_threshold: int = 5


def resolve(text: str, environment: Mapping[str, str] | None = None) -> str:
    """A text with `%SETTING%` replaced.

    Raises:
        KeyError: a setting is missing.
    """
    settings = os.environ if environment is None else environment
    return _SETTING.sub(lambda found: settings[found.group(1)], text)


def load_host_json(app_root: Path) -> tuple[HostSettings, list[str]]:
    """The settings of the app's host.json, and its defects."""
    try:
        found = json.loads((app_root / "host.json").read_text(encoding="utf-8"))
    except OSError:
        return HostSettings(), [f'host.json: there is none in {app_root}; the least one is {{"version": "2.0"}}']
    except ValueError as error:
        return HostSettings(), [f"host.json: it is no JSON: {error}"]
    return read_host_json(found)


def read_host_json(found: object) -> tuple[HostSettings, list[str]]:
    """The settings of a parsed host.json, and its defects."""
    if not isinstance(found, dict):
        return HostSettings(), ["host.json: it must be a JSON object"]
    reader = _Reader(found)
    defaults = HostSettings()
    settings = HostSettings(
        route_prefix=reader.text("extensions.http.routePrefix", "api"),
        timeout_seconds=reader.timeout(),
        hub_name=reader.hub_name(),
        max_activities=reader.count("extensions.durableTask.maxConcurrentActivityFunctions", defaults.max_activities),
        max_orchestrators=reader.count(
            "extensions.durableTask.maxConcurrentOrchestratorFunctions", defaults.max_orchestrators
        ),
        max_blobs=reader.count("extensions.blobs.maxDegreeOfParallelism", defaults.max_blobs),
        poison_threshold=reader.count("extensions.blobs.poisonBlobThreshold", defaults.poison_threshold),
    )
    reader.check_version()
    reader.check_bundle()
    return settings, reader.defects


class _Reader:
    """Reads values by path and notes what is wrong with them."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        self.defects: list[str] = []

    def _refuse(self, path: str, fault: str) -> None:
        defect = f"host.json: {path} {fault}"
        if defect not in self.defects:
            self.defects.append(defect)

    def _at(self, path: str) -> Any:
        found: Any = self._content
        words = path.split(".")
        for number, word in enumerate(words):
            if not isinstance(found, dict):
                self._refuse(".".join(words[:number]), f"is {found!r}; it must be a JSON object")
                return None
            if word not in found:
                return None
            found = found[word]
        return found

    def text(self, path: str, default: str) -> str:
        value = self._at(path)
        if value is not None and not isinstance(value, str):
            self._refuse(path, f"is {value!r}; it must be a text")
        return value if isinstance(value, str) else default

    def count(self, path: str, default: int) -> int:
        value = self._at(path)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self._refuse(path, f"is {value!r}; it must be a whole number of at least 1")
            return default
        return value

    def timeout(self) -> float | None:
        text = self.text("functionTimeout", DEFAULT_TIMEOUT)
        if text == "-1":
            return None
        try:
            seconds = parse_timespan(text).total_seconds()
        except ValueError as error:
            self._refuse("functionTimeout", f"is refused: {error}")
            return None
        if seconds <= 0:
            self._refuse("functionTimeout", f"is {text!r}; it must be positive, or -1 for none")
        return seconds

    def hub_name(self) -> str:
        path = "extensions.durableTask.hubName"
        try:
            name = resolve(self.text(path, DEFAULT_HUB))
        except KeyError as error:
            self._refuse(path, f"names the setting {error.args[0]}, which is not set")
            return DEFAULT_HUB
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{2,44}", name):
            self._refuse(path, f"is {name!r}; it must be 3 to 45 letters and digits that begin with a letter")
        return name

    def check_version(self) -> None:
        if self._content.get("version") != "2.0":
            self._refuse("version", f'is {self._content.get("version")!r}; it must be "2.0"')

    def check_bundle(self) -> None:
        bundle = self._at("extensionBundle")
        if bundle is not None and not (isinstance(bundle, dict) and {"id", "version"} <= set(bundle)):
            self._refuse("extensionBundle", 'must have "id" and "version"')
