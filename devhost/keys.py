"""Access keys: the master key, the host's function key, a key per function, and the extensions' system keys."""

import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

DURABLE, BLOBS = "durabletask_extension", "blobs_extension"


@dataclass(frozen=True)
class Keys:
    """The keys of one host."""

    master: str
    host: str
    functions: dict[str, str]
    system: dict[str, str]

    def admits(self, level: str, function: str, given: str | None) -> bool:
        """Whether a key opens a function of this level."""
        if level == "anonymous":
            return True
        admitted = [self.master]
        if level == "function":
            admitted += [self.host, self.functions.get(function, self.host)]
        return any(hmac.compare_digest((given or "").encode(), key.encode()) for key in admitted)


def load_keys(state_dir: Path, functions: list[str], master: str | None) -> Keys:
    """The keys kept in the state directory, made where they are missing."""
    file = state_dir / "keys.json"
    kept = json.loads(file.read_text()) if file.exists() else {}
    found = {
        "master": master or kept.get("master") or secrets.token_urlsafe(32),
        "host": kept.get("host") or secrets.token_urlsafe(32),
        "functions": {name: kept.get("functions", {}).get(name) or secrets.token_urlsafe(32) for name in functions},
        "system": {name: kept.get("system", {}).get(name) or secrets.token_urlsafe(32) for name in (DURABLE, BLOBS)},
    }
    state_dir.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(found, indent=1))
    return Keys(**found)
