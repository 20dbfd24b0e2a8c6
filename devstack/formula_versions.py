"""Keeps `shared/domain/formula_versions.json`, so that a changed formula cannot keep its version.

`python -m devstack.formula_versions [--check]`. The file holds every metric's version and its formula's fingerprint.
"""

import json
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from shared.domain.catalogue import METRICS
from shared.domain.metric import Metric

FILE = Path(__file__).parents[1] / "shared" / "domain" / "formula_versions.json"
Kept = dict[str, dict[str, object]]


def fingerprint(metric: Metric) -> str:
    """The formula's tree and rules, and the unit that decides the rounding, as a short hash."""
    return sha256(f"{metric.formula!r} {metric.unit}".encode()).hexdigest()[:16]


def current(metrics: Iterable[Metric] = METRICS) -> Kept:
    """Every metric's version and fingerprint as the catalogue has them."""
    return {metric.name: {"version": metric.version, "fingerprint": fingerprint(metric)} for metric in metrics}


def unversioned(kept: Kept, now: Kept) -> list[str]:
    """Metrics whose formula changed while their version did not count up."""
    return [
        name
        for name, state in now.items()
        if name in kept
        and kept[name]["fingerprint"] != state["fingerprint"]
        and int(str(state["version"])) <= int(str(kept[name]["version"]))
    ]


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` say whether it is up to date; refuse a changed formula of an old version."""
    kept: Kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    now = current()
    if names := unversioned(kept, now):
        sys.stderr.write(f"count up the version of {', '.join(names)}: the formula changed\n")
        return 1
    if "--check" in arguments:
        if kept != now:
            sys.stderr.write("shared/domain/formula_versions.json is out of date; run: python3 dev.py generate\n")
        return int(kept != now)
    FILE.write_text(json.dumps(now, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
