"""Upload templates: whose quarter comes next, what is prefilled, and the file that asks for the rest."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from shared.data.templates import ReportingCompany, published_currencies, reporting_companies
from shared.domain.errors import FieldError, InvalidInput, OutOfSight
from shared.domain.fields import FIELDS_BY_NAME
from shared.domain.media_types import CONTENT_TYPES
from shared.domain.next_period import choose_next_end, plausible_ends
from shared.domain.permissions import Principal
from shared.domain.scenarios import Scenario
from shared.schemas.templates import TemplateQuery
from shared.services.template_layout import Prefilled, Reference, Template

MAX_COMPANIES = 500
SCALE_EXPONENTS = {"units": 0, "thousands": 3, "millions": 6}
MAX_NAME = 60
_SAFE_ID = re.compile(r"[^\W\d_][^\r\n]*")


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out: an ASCII name, its content type and its bytes."""

    name: str
    content_type: str
    content: bytes


def make_template(session: Session, principal: Principal, wanted: TemplateQuery, now: datetime) -> File:
    """A template with a row for the next quarter of each company: those named, or every active one in sight.

    Args:
        session: The transaction to read in.
        principal: Who asks.
        wanted: Companies, format, scenario, and the scale and locale the file declares.
        now: The instant, from which the last ended quarter is told; it is written into the file's properties.

    Raises:
        NotFound: a company that is named is not there for this principal.
        InvalidInput: more companies than a template holds (`too_many_companies`).
    """
    companies = _find_companies(session, principal, wanted)
    today = now.date()
    template = Template(
        scale=wanted.scale,
        locale=wanted.locale,
        scenario=wanted.scenario,
        rows=tuple(_prefill(company, wanted.scenario, today) for company in companies),
        references=tuple(found for company in companies if (found := _refer(company, wanted.scale))),
        currencies=published_currencies(session) if wanted.format == "xlsx" else (),
        made_at=now,
    )
    return File(_file_name(wanted, companies, template.rows), CONTENT_TYPES[wanted.format], _write(wanted, template))


def _write(wanted: TemplateQuery, template: Template) -> bytes:
    if wanted.format == "csv":
        from shared.services.template_csv import write_template_csv  # noqa: PLC0415 (the one format that is asked for)

        return write_template_csv(template)
    from shared.services.template_workbook import write_template_workbook  # noqa: PLC0415 (cold start)

    return write_template_workbook(template)


def _find_companies(session: Session, principal: Principal, wanted: TemplateQuery) -> list[ReportingCompany]:
    named = wanted.company_id and tuple(dict.fromkeys(wanted.company_id))
    found = reporting_companies(session, principal.scope, named, wanted.scenario.value, MAX_COMPANIES + 1)
    if len(found) > MAX_COMPANIES:
        message = f"a template holds at most {MAX_COMPANIES} companies; name some by company_id, separated by commas"
        raise InvalidInput([FieldError("too_many_companies", message, parameter="company_id")])
    if missing := set(named or ()) - {company.id for company in found}:
        raise OutOfSight(f"There is no company {min(missing)}.")
    return found


def _prefill(company: ReportingCompany, scenario: Scenario, today: date) -> Prefilled:
    end = choose_next_end(company.calendar, company.recorded_ends, scenario, today)
    return Prefilled(
        external_id=_safe_external_id(company.external_id),
        company_id=company.id,
        period_end=end,
        currency=company.currency_on(end),
        scenario=scenario,
        plausible_ends=plausible_ends(company.calendar, company.recorded_ends, end),
    )


def _safe_external_id(external_id: str | None) -> str | None:
    """The id where a spreadsheet keeps it as it is; else the company is named by its own: no number, date, formula."""
    plain = external_id is not None and external_id.isprintable() and _SAFE_ID.fullmatch(external_id)
    return external_id if plain else None


def _refer(company: ReportingCompany, scale: str) -> Reference | None:
    if company.last is None:
        return None
    figures = {
        name: value.scaleb(-SCALE_EXPONENTS[scale]) if FIELDS_BY_NAME[name].is_money else value
        for name, value in company.last.values.items()
        if isinstance(value, Decimal)
    }
    return Reference(company.name, company.last.period_end, company.last.currency, figures)


def _file_name(wanted: TemplateQuery, companies: Sequence[ReportingCompany], rows: Sequence[Prefilled]) -> str:
    if len(companies) == 1:
        who = _ascii(companies[0].external_id) or _ascii(companies[0].name) or str(companies[0].id)
        return f"{who[:MAX_NAME]}-{rows[0].period_end}-{wanted.scenario.value}.{wanted.format}"
    return f"{len(companies)}-companies-{wanted.scenario.value}.{wanted.format}"


def _ascii(name: str | None) -> str:
    folded = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
