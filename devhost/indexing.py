"""Loading an app through Microsoft's worker library, and what its functions are registered as.

The library's native seam is internal: its version is pinned, and a contract test holds what is used here.
"""

import importlib
import inspect
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

SCRIPT = "function_app.py"
_INNER = ("client_function", "orchestrator_function", "entity_function")
"""Where azure-functions-durable keeps the function that it wrapped."""


@dataclass(frozen=True)
class Function:
    """A registered function.

    Attributes:
        id: Its id in the worker.
        name: Its name.
        bindings: Its bindings as registered, the trigger among them.
        is_async: Whether the app's own function, inside the SDK's wrappers, is an `async def`.
        has_retry_policy: Whether it was registered with one.
    """

    id: str
    name: str
    bindings: tuple[dict[str, Any], ...]
    is_async: bool = False
    has_retry_policy: bool = False

    @property
    def trigger(self) -> dict[str, Any]:
        """The trigger binding."""
        return next((found for found in self.bindings if is_trigger(found)), {"type": "", "name": ""})

    @property
    def kind(self) -> str:
        """The trigger's type."""
        return str(self.trigger["type"])


@dataclass(frozen=True)
class Index:
    """An app's functions, and why the library would not load the others."""

    functions: tuple[Function, ...]
    defects: tuple[str, ...] = ()


def is_trigger(binding: dict[str, Any]) -> bool:
    """Whether a binding is a trigger."""
    return str(binding["type"]).lower().endswith("trigger")


async def index_app(app_root: Path) -> Index:
    """Import the app's `function_app.py` and index its functions, as the real worker does when it starts."""
    if not (app_root / SCRIPT).is_file():
        return Index((), (f"there is no {SCRIPT} in {app_root}; it is where the app's functions are registered",))
    sys.path.insert(0, str(app_root))
    from azure_functions_runtime import handle_event  # noqa: PLC0415 (after the app's folder is on the path)
    from azure_functions_runtime.utils.threadpool import start_threadpool_executor  # noqa: PLC0415 (as above)

    request = _init_request(app_root)
    answer = await handle_event.worker_init_request(request)
    start_threadpool_executor()
    if answer.result.status != PROTOS.StatusResult.Success:
        return _index_one_by_one(answer.result.exception)
    found = await handle_event.functions_metadata_request(request)
    registry = handle_event._functions  # noqa: SLF001 (part of the pinned seam)
    return Index(
        tuple(
            _function(registry.get_function(each.function_id), each.raw_bindings, each.retry_options)
            for each in found.function_metadata_results or ()
        )
    )


def _index_one_by_one(failure: Any) -> Index:
    """The library stops at the first defect: register function by function, to name every one."""
    from azure.functions import FunctionRegister  # noqa: PLC0415 (the app's own copy, loaded with it)
    from azure_functions_runtime.functions import Registry  # noqa: PLC0415 (as above)

    module = sys.modules.get(Path(SCRIPT).stem)
    apps = [found for found in vars(module).values() if isinstance(found, FunctionRegister)] if module else []
    if len({id(app) for app in apps}) != 1:
        return Index((), (f"the app cannot be loaded: {failure.message}\n{failure.stack_trace or ''}".rstrip(),))
    functions, defects = [], []
    for builder in apps[0]._function_builders:  # noqa: SLF001 (part of the pinned seam)
        try:
            built = builder.build(apps[0].auth_level)
            info = Registry().add_indexed_function(built, PROTOS)
            functions.append(_function(info, built.get_raw_bindings(), built.get_settings_dict("retry_policy")))
        except Exception as error:  # noqa: BLE001 (whatever the library refuses with is a defect of the app)
            defects.append(str(error))
    return Index(tuple(functions), tuple(defects or _unless_named_twice(functions, failure.message)))


def _unless_named_twice(functions: Sequence[Function], message: str) -> list[str]:
    """The library's own words, except on names that are taken twice: the validation words that."""
    names = [function.name for function in functions]
    return [] if len(set(names)) < len(names) else [message]


def _function(info: Any, raw_bindings: Sequence[str], retry: object) -> Function:
    inner = _innermost(info.func)
    return Function(
        info.function_id,
        info.name,
        tuple(json.loads(text) for text in raw_bindings),
        inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner),
        bool(retry),
    )


def _innermost(function: Callable[..., Any]) -> Callable[..., Any]:
    while inner := next((getattr(function, name) for name in _INNER if hasattr(function, name)), None):
        function = inner
    return function


def _init_request(app_root: Path) -> SimpleNamespace:
    start = SimpleNamespace(capabilities={}, function_app_directory=str(app_root))
    return SimpleNamespace(
        request=SimpleNamespace(worker_init_request=start), properties={"host": "127.0.0.1", "protos": PROTOS}
    )


def datum(value: Any, kind: str) -> Any:
    """A value in the library's wire form."""
    return importlib.import_module("azure_functions_runtime.bindings.datumdef").Datum(value, kind)


class _Message(SimpleNamespace):
    """A message whose fields are what it was given."""


class _StatusResult(_Message):
    Failure, Success = 0, 1


class _BindingInfo(_Message):
    out, inout, undefined = 1, 2, 0


PROTOS = SimpleNamespace(
    WorkerInitResponse=_Message,
    FunctionMetadataResponse=_Message,
    RpcFunctionMetadata=_Message,
    RpcRetryOptions=_Message,
    WorkerMetadata=_Message,
    RpcException=_Message,
    StatusResult=_StatusResult,
    BindingInfo=_BindingInfo,
)
"""The few message types the library builds its answers with, in the place of the worker's protobuf module."""
