"""The seam between devhost's durable half and its worker half: the few values both sides exchange.

The durable half asks for one function to be run (`Invoke`) and is told how it went (`Answer`); it knows the
registered functions by name (`DurableFunctions`) and what host.json says of the hub (`HubSettings`).
devhost is an emulation written from reading the hosts' sources.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Answer:
    """How one function invocation went.

    Attributes:
        ok: Whether the function returned (True) or raised (False).
        value: The return datum as text (JSON text); None when the function returned nothing.
        error: `Type: message` of the exception, possibly of many lines; a `$OutOfProcData$` label is kept.
    """

    ok: bool
    value: str | None
    error: str | None


class Invoke(Protocol):
    """Runs one registered function."""

    async def __call__(self, function: str, argument: str) -> Answer:
        """Run `function` with the text datum of its durable trigger's parameter."""
        ...


@dataclass(frozen=True)
class DurableFunctions:
    """The names of the registered durable functions, as registered."""

    orchestrators: frozenset[str]
    activities: frozenset[str]
    entities: frozenset[str]


@dataclass(frozen=True)
class HubSettings:
    """What host.json's extensions.durableTask says of the hub, and the key of its webhooks."""

    hub_name: str
    max_activities: int
    max_orchestrators: int
    system_key: str
