"""The registered durable functions, found whatever the case of their name, and what is said of one that is missing."""

from enum import Enum

from devhost.seam import DurableFunctions


class FunctionKind(Enum):
    """The kinds of durable functions, as error messages call them."""

    ACTIVITY = "an activity"
    ORCHESTRATOR = "an orchestrator"
    ENTITY = "an entity"


class UnknownFunctionError(Exception):
    """Something asked for a function that is not registered (rule 9)."""


class Registry:
    """Names of functions by their kind."""

    def __init__(self, functions: DurableFunctions) -> None:
        self._names = {
            FunctionKind.ACTIVITY: {name.lower(): name for name in functions.activities},
            FunctionKind.ORCHESTRATOR: {name.lower(): name for name in functions.orchestrators},
            FunctionKind.ENTITY: {name.lower(): name for name in functions.entities},
        }

    def require(self, kind: FunctionKind, name: str) -> str:
        """The name as registered.

        Raises:
            UnknownFunctionError: there is no such function of this kind.
        """
        names = self._names[kind]
        if name.lower() not in names:
            known = ", ".join(sorted(names.values())) or "none"
            raise UnknownFunctionError(
                f"The function '{name}' doesn't exist, is disabled, or is not {kind.value} function. "
                f"The following are the known {kind.value.split()[1]} functions: {known}."
            )
        return names[name.lower()]
