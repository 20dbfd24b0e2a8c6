"""Parts of one quarter's revenue."""

from tests.oracle.reasons import RATIO, Metric, now, ratio


def share_of_revenue(name: str, part: str) -> Metric:
    return Metric(name, RATIO, lambda at: ratio(at(part), at("total_revenue")), needs=now(part, "total_revenue"))


recurring_revenue_share = share_of_revenue("recurring_revenue_share", "recurring_revenue")
gross_margin = share_of_revenue("gross_margin", "gross_profit")
ebitda_margin = share_of_revenue("ebitda_margin", "ebitda")
net_income_margin = share_of_revenue("net_income_margin", "net_income")
sales_marketing_pct_revenue = share_of_revenue("sales_marketing_pct_revenue", "sales_marketing_expense")
operating_expense_pct_revenue = share_of_revenue("operating_expense_pct_revenue", "total_operating_expense")
