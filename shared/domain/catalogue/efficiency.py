"""What growth costs."""

from shared.domain.expressions import Comparison, Formula, Guard, Number, QuartersPerYear, positive, total
from shared.domain.metric import Metric, Unit, ratio_metric
from shared.domain.terms import (
    GROSS_MARGIN,
    LTM_EBITDA_MARGIN,
    LTM_GROWTH,
    LTM_NB,
    NB,
    NEW_ARR,
    NEW_ARR_YEAR,
    R1,
    SM1,
    R,
    generating,
    no_new_arr,
)

EFFICIENCY: tuple[Metric, ...] = (
    ratio_metric(
        "burn_multiple",
        "Burn multiple",
        Formula(NB / NEW_ARR, (generating(NB, Comparison.BELOW_ZERO), no_new_arr(NEW_ARR))),
        "net burn / net new ARR; never negative",
        Unit.MULTIPLE,
    ),
    ratio_metric(
        "burn_multiple_ltm",
        "Burn multiple, LTM",
        Formula(LTM_NB / NEW_ARR_YEAR, (generating(LTM_NB, Comparison.BELOW_ZERO), no_new_arr(NEW_ARR_YEAR))),
        "LTM net burn / (ARR − ARR(q−4)); never negative",
        Unit.MULTIPLE,
    ),
    ratio_metric(
        "rule_of_40",
        "Rule of 40",
        total(LTM_GROWTH, LTM_EBITDA_MARGIN),
        "LTM revenue growth + LTM EBITDA margin",
    ),
    ratio_metric(
        "magic_number",
        "Magic number",
        Formula(QuartersPerYear() * R / SM1 - QuartersPerYear(1) * R1 / SM1, positive(SM1)),
        "4 × (R − R(q−1)) / S&M(q−1)",
        Unit.MULTIPLE,
    ),
    ratio_metric(
        "cac_payback_months",
        "CAC payback, approximate",
        Formula(
            SM1 / (NEW_ARR / Number("12") * GROSS_MARGIN.value),
            (
                no_new_arr(NEW_ARR),
                *GROSS_MARGIN.guards,
                Guard(GROSS_MARGIN.value, Comparison.NOT_ABOVE_ZERO, "not_meaningful"),
            ),
        ),
        "S&M(q−1) / (net new ARR / 12 × gross margin); approximate, from net new ARR",
        Unit.MONTHS,
    ),
)
