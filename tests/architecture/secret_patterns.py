"""What secrets look like, and a function that finds them in a text. `test_secrets` shows that each is found."""

import re
from collections.abc import Iterator

_WELL_KNOWN = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq" + "/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's key, printed in its manual; everything else that looks like a key is one."""
_PLACEHOLDERS = {"password", "secret", "…", "***", "pass"}
_BASE64 = r"[A-Za-z0-9+/]"
_URL_SAFE = r"[A-Za-z0-9_-]"

PATTERNS: dict[str, re.Pattern[str]] = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "private JWK": re.compile(rf'"d"\s*:\s*"({_URL_SAFE}{{40,}})"'),
    "signed token": re.compile(rf"\beyJ{_URL_SAFE}{{8,}}\.eyJ{_URL_SAFE}{{8,}}\.({_URL_SAFE}{{16,}})"),
    "shared access signature": re.compile(r"\bsig=((?:[A-Za-z0-9/+]|%2[bBfF]){42,}(?:=|%3[dD]))"),
    "account key": re.compile(rf"\b(?:Account|SharedAccess|Shared)Key=({_BASE64}{{40,}}={{0,2}})"),
    "password of a connection": re.compile(r"\b(?:Password|Pwd)=([^;\s\"'{}$<>]{6,});", re.IGNORECASE),
    "password in a URL": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@\"'`{}$<>]+:([^\s:/@\"'`{}$<>]+)@"),
    "storage key": re.compile(rf"({_BASE64}{{76}}\+ASt{_BASE64}{{6}}==)"),
    "Functions key": re.compile(rf"\b({_URL_SAFE}{{44}}AzFu{_URL_SAFE}{{6}}==)"),
    "client secret": re.compile(r"(?<![\w~.-])(\w{3}\dQ~[\w~.-]{31,34})(?![\w~.-])"),
    "GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{50,})\b"),
    "token of a registry": re.compile(r"\b(npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS5vcmc[\w-]{20,})"),
    "key of another cloud": re.compile(r"\b(AKIA[0-9A-Z]{16}|AIza[\w-]{35}|xox[abprs]-[\w-]{20,})"),
}


def find_secrets(text: str) -> Iterator[tuple[int, str]]:
    """Line number and kind of whatever looks like a secret and is no placeholder."""
    for kind, pattern in PATTERNS.items():
        for found in pattern.finditer(text):
            value = found[1] if pattern.groups else found[0]
            if value != _WELL_KNOWN and value.lower() not in _PLACEHOLDERS:
                yield text.count("\n", 0, found.start()) + 1, kind
