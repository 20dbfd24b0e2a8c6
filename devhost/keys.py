"""Access keys: the master key, the host's function key, a key per function, and the extensions' system keys."""

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DURABLE, BLOBS = "durabletask_extension", "blobs_extension"
FILE = "keys.json"


@dataclass(frozen=True)
class Keys:
    """The keys of one host."""

    master: str
    host: str
    functions: dict[str, str]
    system: dict[str, str]

    def admits(self, level: str, function: str, given: str | None) -> bool:
        """Whether a key opens a function of this level (`anonymous`, `function` or `admin`)."""
        if level == "anonymous":
            return True
        admitted = [self.master]
        if level == "function":
            admitted += [self.host, self.functions.get(function, self.host)]
        return _is_one_of(given, admitted)

    def admits_extension(self, name: str, given: str | None) -> bool:
        """Whether a key opens an extension's webhook."""
        return _is_one_of(given, [self.system[name], self.master])


def _is_one_of(given: str | None, admitted: Iterable[str]) -> bool:
    return any(hmac.compare_digest((given or "").encode(), key.encode()) for key in admitted)


def load_keys(state_dir: Path, functions: Iterable[str], master: str | None) -> Keys:
    """The keys kept in the state directory, made where they are missing; `master` goes before the one that is kept."""
    file = state_dir / FILE
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def key(found: str | None) -> str:
        return found or secrets.token_urlsafe(32)

    by_function, by_extension = kept.get("functions", {}), kept.get("system", {})
    keys = Keys(
        master=key(master or kept.get("master")),
        host=key(kept.get("host")),
        functions={**by_function, **{name: key(by_function.get(name)) for name in sorted(functions)}},
        system={name: key(by_extension.get(name)) for name in (DURABLE, BLOBS)},
    )
    _save(file, vars(keys))
    return keys


def _save(file: Path, content: dict[str, Any]) -> None:
    """Replace the file in one step: a kill leaves the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, indent=1))
    fresh.replace(file)
