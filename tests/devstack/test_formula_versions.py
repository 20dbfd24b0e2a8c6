"""A formula that changes counts its version up; one that does not, need not."""

from dataclasses import replace

import pytest

from devstack.formula_versions import current, unversioned
from shared.domain.catalogue import METRICS
from shared.domain.metric import Metric
from tests.mutation.mutants import mutants


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_changed_formula_of_an_old_version_is_refused(metric: Metric):
    kept = current()
    for mutant in mutants(metric):
        assert unversioned(kept, current([mutant.metric])) == [metric.name], mutant.lie
        assert unversioned(kept, current([replace(mutant.metric, version=metric.version + 1)])) == []


def test_the_catalogue_as_it_stands_is_not_refused():
    assert unversioned(current(), current()) == []
