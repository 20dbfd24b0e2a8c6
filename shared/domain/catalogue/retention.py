"""What stays of the ARR and the customers a quarter began with."""

from shared.domain.expressions import Field, ratio
from shared.domain.metric import Metric, ratio_metric
from shared.domain.terms import CHURN, CONTRACTION, EXPANSION, K1, START_ARR

RETENTION: tuple[Metric, ...] = (
    ratio_metric(
        "nrr",
        "Net revenue retention",
        ratio(START_ARR + EXPANSION - CONTRACTION - CHURN, START_ARR),
        "(start + expansion − contraction − churn) / start",
    ),
    ratio_metric(
        "grr",
        "Gross revenue retention",
        ratio(START_ARR - CONTRACTION - CHURN, START_ARR),
        "(start − contraction − churn) / start",
    ),
    ratio_metric("logo_churn", "Logo churn", ratio(Field("customers_lost"), K1), "customers lost / customers(q−1)"),
)
