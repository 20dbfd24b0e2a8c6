"""The words for where a thing stands: companies, submissions, imports."""

from enum import StrEnum


class ReportingStatus(StrEnum):
    """Whether the firm still expects figures of a company."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXITED = "exited"
    WRITTEN_OFF = "written_off"


class Outcome(StrEnum):
    """What became of one submitted company-quarter (or company, or round)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    RESTATED = "restated"
    REJECTED = "rejected"


class ImportStatus(StrEnum):
    """Where a bulk upload stands; `needs_fix`, `applied` and `failed` are final."""

    RECEIVED = "received"
    VALIDATING = "validating"
    NEEDS_FIX = "needs_fix"
    PENDING_APPROVAL = "pending_approval"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
