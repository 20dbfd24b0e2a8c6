"""Every derived metric, once: the domain's §4 as data. SQL, API definitions and `docs/metrics.md` are made from it.

The symbols are those of `terms`. Change a formula and its `version` goes up by one.
"""

from shared.domain.catalogue.cash import CASH
from shared.domain.catalogue.efficiency import EFFICIENCY
from shared.domain.catalogue.retention import RETENTION
from shared.domain.catalogue.revenue import REVENUE
from shared.domain.catalogue.trailing import TRAILING
from shared.domain.catalogue.valuation import VALUATION
from shared.domain.metric import Metric

METRICS: tuple[Metric, ...] = (*REVENUE, *TRAILING, *CASH, *EFFICIENCY, *VALUATION, *RETENTION)
"""In the order of the tables' columns."""

METRICS_BY_NAME: dict[str, Metric] = {metric.name: metric for metric in METRICS}
