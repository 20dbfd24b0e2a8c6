"""The smoke test of deployments finds a running stack well."""

import pytest

from devstack import smoke
from tests.devstack.running_stack import RunningStack

pytestmark = pytest.mark.xdist_group("e2e")


def test_a_running_stack_is_well(stack: RunningStack):
    assert smoke.complaints(str(stack.connection["base_url"])) == []
