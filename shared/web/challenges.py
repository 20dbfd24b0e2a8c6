"""The `WWW-Authenticate` header of a refusal, as RFC 6750 writes it: what is wrong with the token, in its own words."""

import re

from shared.domain.errors import NotAllowed, NotAuthenticated, PlatformError

REALM = "portfolio-metrics"
_TOO_LITTLE = {"not_allowed", "scope_missing"}
_NOT_QUOTABLE = re.compile(r"[^ !#-\[\]-~]")


def challenge_of(error: PlatformError) -> str | None:
    """What a client is asked to come back with; None: another token would change nothing.

    Who sent no token at all is told the scheme only, no error.
    """
    if isinstance(error, NotAuthenticated):
        return _challenge({} if error.code == NotAuthenticated.code else _told("invalid_token", error))
    if isinstance(error, NotAllowed) and error.code in _TOO_LITTLE:
        return _challenge({**_told("insufficient_scope", error), **({"scope": error.scope} if error.scope else {})})
    return None


def _told(reason: str, error: PlatformError) -> dict[str, str]:
    return {"error": reason, "error_description": f"{error.code}: {error.detail}"}


def _challenge(parameters: dict[str, str]) -> str:
    quoted = (f'{name}="{_NOT_QUOTABLE.sub(" ", value)}"' for name, value in ({"realm": REALM} | parameters).items())
    return f"Bearer {', '.join(quoted)}"
