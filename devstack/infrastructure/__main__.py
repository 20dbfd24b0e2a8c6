"""`python -m devstack.infrastructure`: run the gate over the project, print what it finds."""

import sys

from devstack.infrastructure.findings import GateError
from devstack.infrastructure.gate import check_platform, check_workflows
from devstack.infrastructure.policies import POLICIES
from devstack.infrastructure.sources import read_sources


def main() -> int:
    """Print findings; 0 where there are none, 1 where there are, 2 where the gate could not look."""
    try:
        sources = read_sources()
        findings = check_platform(sources) + check_workflows(sources)
    except GateError as problem:
        print(f"the infrastructure gate could not look: {problem}")
        return 2
    for found in findings:
        print(found)
    print(f"{len(sources)} files, {len(POLICIES)} policies, {len(findings)} findings")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
