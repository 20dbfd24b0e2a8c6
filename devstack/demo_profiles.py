"""The demo portfolio's companies: who they are and how they do. All of them are invented."""

from dataclasses import dataclass
from decimal import Decimal

_TEMPERS = {
    # start and end of: growth per quarter; operating expense as a share of revenue
    "rocket": ("0.16", "0.09", "1.90", "1.10"),
    "steady": ("0.07", "0.05", "1.05", "0.80"),
    "burning": ("0.09", "0.04", "2.40", "1.75"),
    "profitable": ("0.04", "0.03", "0.55", "0.44"),
    "flat": ("0.01", "0.00", "0.95", "0.86"),
    "shrinking": ("0.02", "-0.07", "1.10", "1.45"),
}


@dataclass(frozen=True)
class Profile:
    """One company.

    Attributes:
        first_revenue: Of its first quarter, in its own currency.
        temper: A key of the table above: how it grows and spends.
        gross_margin: Gross profit as a share of revenue.
        quarters: How many quarters it has reported.
        weekly: Its quarters end on the Sunday nearest the month's end (a 52/53-week year).
        skips: Quarters it never sent, counted from its first (0).
        silent_on: Fields it does not report.
        last_quarters_missing: How many of the newest quarters it has not sent.
        currency_before: What it reported in during its first eight quarters, where that differs.
        raises: Whether it raises a round when its cash runs down.
    """

    external_id: str
    name: str
    currency: str
    fiscal_year_end: str
    country: str
    customer_type: str
    revenue_type: str
    funds: tuple[str, ...]
    first_revenue: int
    temper: str
    gross_margin: Decimal
    quarters: int = 16
    weekly: bool = False
    skips: tuple[int, ...] = ()
    silent_on: tuple[str, ...] = ()
    last_quarters_missing: int = 0
    reporting_status: str = "active"
    currency_before: str | None = None
    raises: bool = True

    @property
    def has_arr_bridge(self) -> bool:
        """Whether it sells subscriptions and reports how its ARR moves."""
        return self.revenue_type == "SaaS"

    @property
    def has_recurring_revenue(self) -> bool:
        """Whether any of its revenue recurs."""
        return self.revenue_type not in {"Marketplace", "Transactional"}

    def growth(self, progress: Decimal) -> Decimal:
        """Growth of the quarter that lies at `progress` (0 to 1) of its history."""
        start, end, *_ = map(Decimal, _TEMPERS[self.temper])
        return start + (end - start) * progress

    def expense_share(self, progress: Decimal) -> Decimal:
        """Operating expense as a share of revenue, likewise."""
        *_, start, end = map(Decimal, _TEMPERS[self.temper])
        return start + (end - start) * progress


def _company(line: str, **more: object) -> Profile:
    fields = [field.strip() for field in line.split("|")]
    external_id, name, currency, year_end, country, sells_to, sells, funds, revenue, temper, margin = fields
    return Profile(
        external_id=external_id,
        name=name,
        currency=currency,
        fiscal_year_end=year_end,
        country=country,
        customer_type=sells_to,
        revenue_type=sells,
        funds=tuple(funds.split(";")),
        first_revenue=int(revenue),
        temper=temper,
        gross_margin=Decimal(margin),
        **more,
    )


PROFILES: tuple[Profile, ...] = (
    _company("alderwick|Alderwick Analytics|USD|12-31|US|Enterprise|SaaS|Fund III|2400000|rocket|0.78"),
    _company("bellmere|Bellmere Health|USD|12-31|US|Enterprise|SaaS|Fund III;Fund IV|1500000|burning|0.71"),
    _company("brightlatch|Brightlatch|USD|01-31|US|SMB|SaaS|Fund II|5200000|steady|0.80"),
    _company("calderon|Calderon Freight|USD|12-31|US|SMB|Marketplace|Fund II|9100000|flat|0.34", raises=False),
    _company(
        "cobbleton|Cobbleton Foods|USD|09-30|US|Consumer|Transactional|Fund II|14800000|profitable|0.52", weekly=True
    ),
    _company("dunmarrow|Dunmarrow Security|USD|06-30|US|Enterprise|SaaS|Fund IV|820000|rocket|0.82", quarters=12),
    _company("eastvale|Eastvale Energy|USD|12-31|US|Enterprise|Hardware|Fund III|3300000|burning|0.38"),
    _company("ferngate|Ferngate Labs|USD|12-31|US|SMB|SaaS|Fund IV|310000|rocket|0.74", quarters=12, skips=(5,)),
    _company("gallowmoor|Gallowmoor Systems|GBP|03-31|GB|Enterprise|SaaS|Fund II|2900000|steady|0.76"),
    _company("harrowdene|Harrowdene Insurance|GBP|12-31|GB|Consumer|Transactional|Fund III|4100000|steady|0.41"),
    _company("inverlyn|Inverlyn Robotics|GBP|03-31|GB|Enterprise|Hardware|Fund IV|640000|burning|0.33", quarters=13),
    _company("jadewick|Jadewick|EUR|12-31|IE|SMB|SaaS|Fund II;Fund III|3600000|profitable|0.83"),
    _company("kestrova|Kestrova Mobility|EUR|12-31|DE|Consumer|Marketplace|Fund III|5700000|burning|0.29", skips=(9,)),
    _company("lindhaven|Lindhaven Software|EUR|06-30|NL|Enterprise|SaaS|Fund II|4400000|steady|0.79"),
    _company("montclair|Montclair Santé|EUR|12-31|FR|Enterprise|SaaS|Fund IV|900000|rocket|0.70", quarters=12),
    _company("nordstrand|Nordstrand Marine|SEK|12-31|SE|Enterprise|Hardware|Fund III|31000000|flat|0.44"),
    _company("oakhelm|Oakhelm|EUR|12-31|SE|SMB|SaaS|Fund II|1900000|steady|0.77", currency_before="SEK"),
    _company("pinecrest|Pinecrest Payments|CAD|12-31|CA|SMB|Transactional|Fund II|6800000|steady|0.46"),
    _company("quillon|Quillon Learning|CAD|08-31|CA|Consumer|SaaS|Fund III|2100000|shrinking|0.69"),
    _company("rosendal|Rosendal Bio|CHF|12-31|CH|Enterprise|Services|Fund IV|1200000|burning|0.47", quarters=14),
    _company("silvertarn|Silvertarn|CHF|12-31|CH|Enterprise|SaaS|Fund III|2700000|profitable|0.81"),
    _company("takamori|Takamori Denshi|JPY|03-31|JP|Enterprise|Hardware|Fund III|420000000|steady|0.39"),
    _company("umibe|Umibe Cloud|JPY|12-31|JP|SMB|SaaS|Fund IV|96000000|rocket|0.75", quarters=13),
    _company("warzelin|Warzelin Logistyka|PLN|12-31|PL|SMB|Marketplace|Fund IV|8800000|burning|0.31", quarters=14),
    _company(
        "yarrowfield|Yarrowfield Retail|USD|12-31|US|Consumer|Transactional|Fund II|7400000|shrinking|0.36",
        last_quarters_missing=4,
        reporting_status="written_off",
        raises=False,
        silent_on=("customers", "debt_outstanding"),
    ),
)
