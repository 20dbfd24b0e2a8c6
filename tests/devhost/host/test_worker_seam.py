"""The worker library's internals that devhost rests on: an upgrade that changes them fails here, and says what."""

import inspect
from importlib.metadata import version

from azure_functions_runtime import handle_event, native_invocation
from azure_functions_runtime.bindings.datumdef import Datum
from azure_functions_runtime.functions import Registry
from azure_functions_runtime.utils import threadpool

from devstack.bootstrap import WORKER_RUNTIME


def test_the_installed_library_is_the_pinned_one():
    name, _, pinned = WORKER_RUNTIME.partition("==")

    assert version(name) == pinned


def test_the_native_call_takes_id_function_inputs_and_metadata():
    parameters = list(inspect.signature(native_invocation.invocation_request_native).parameters)

    assert parameters[:4] == ["invocation_id", "function_id", "inputs", "trigger_metadata"]
    assert inspect.iscoroutinefunction(native_invocation.invocation_request_native)


def test_indexing_has_its_two_requests_and_its_registry():
    assert inspect.iscoroutinefunction(handle_event.worker_init_request)
    assert inspect.iscoroutinefunction(handle_event.functions_metadata_request)
    assert isinstance(handle_event._functions, Registry)
    assert list(inspect.signature(Registry.add_indexed_function).parameters) == ["self", "function", "protos"]


def test_a_datum_is_a_value_and_its_kind_and_the_pool_can_be_started():
    found = Datum("1", "string")

    assert (found.value, found.type) == ("1", "string")
    assert callable(threadpool.start_threadpool_executor)
