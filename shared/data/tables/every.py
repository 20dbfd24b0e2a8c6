"""Every table of the platform: importing this completes `SQLModel.metadata`, which migrations are compared with."""

from sqlmodel import SQLModel

from shared.data.tables.audit import AuditChain, AuditEntry
from shared.data.tables.changes import Change, ChangeHead
from shared.data.tables.closes import PeriodClose
from shared.data.tables.companies import Company, CompanyCurrency, CompanyFund, CompanyVersion, Fund, FundingRound
from shared.data.tables.derivations import Derivation
from shared.data.tables.fx import FxHoliday, FxRate
from shared.data.tables.grants import Grant
from shared.data.tables.idempotency import IdempotencyKey
from shared.data.tables.imports import ImportChunk, ImportIssue, ImportJob, ImportMove, ImportRow
from shared.data.tables.inputs import MetricInput
from shared.data.tables.rate_counts import RateCount
from shared.data.tables.reporting import reporting_financials, reporting_metrics

metadata = SQLModel.metadata

__all__ = [
    "AuditChain",
    "AuditEntry",
    "Change",
    "ChangeHead",
    "Company",
    "CompanyCurrency",
    "CompanyFund",
    "CompanyVersion",
    "Derivation",
    "Fund",
    "FundingRound",
    "FxHoliday",
    "FxRate",
    "Grant",
    "IdempotencyKey",
    "ImportChunk",
    "ImportIssue",
    "ImportJob",
    "ImportMove",
    "ImportRow",
    "MetricInput",
    "PeriodClose",
    "RateCount",
    "metadata",
    "reporting_financials",
    "reporting_metrics",
]
