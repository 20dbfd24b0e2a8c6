"""`dev.py token`: a bearer token of the stack's issuer, whether the stack runs or not."""

import sys
from pathlib import Path

from devstack.issuer import KEY_FILE
from devstack.signing import Bearer, KeyRing, issuer_url, sign_token
from devstack.state import NotStartedError, StackState


def make_token(data_dir: Path, bearer: Bearer, minutes: int = 60) -> str:
    """A token that the stack of `data_dir` accepts.

    Raises:
        NotStartedError: no stack was ever started there.
    """
    state = StackState.existing(data_dir)
    keys = state.data_dir / KEY_FILE
    if "issuer_port" not in state.kept or not keys.exists():
        raise NotStartedError(f"the stack in {data_dir} has no issuer yet; start it once with: python3 dev.py up")
    tenant = str(state.kept["tenant"])
    issuer = issuer_url(int(state.kept["issuer_port"]), tenant)
    return sign_token(KeyRing(keys).signing_key, bearer, issuer=issuer, tenant=tenant, minutes=minutes)


def print_token(data_dir: Path, bearer: Bearer, minutes: int) -> int:
    """Print a token, or say how to come by one."""
    try:
        print(make_token(data_dir, bearer, minutes))
    except NotStartedError as problem:
        sys.stderr.write(f"dev.py: {problem}\n")
        return 1
    return 0
