"""The words for where a thing stands: companies, submissions, imports, what was tried."""

from enum import StrEnum


class ReportingStatus(StrEnum):
    """Whether the firm still expects figures of a company."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXITED = "exited"
    WRITTEN_OFF = "written_off"


class ReceiptStatus(StrEnum):
    """Where a company stands with a quarter that is expected of it."""

    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    LATE = "late"
    OUTSTANDING = "outstanding"


class Outcome(StrEnum):
    """What became of one submitted company-quarter (or company, or round)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    RESTATED = "restated"
    REJECTED = "rejected"


class ImportStatus(StrEnum):
    """Where a bulk upload stands; the last five are final."""

    RECEIVED = "received"
    VALIDATING = "validating"
    PENDING_APPROVAL = "pending_approval"
    APPLYING = "applying"
    NEEDS_FIX = "needs_fix"
    APPLIED = "applied"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class ImportPhase(StrEnum):
    """What is done to the pieces of an upload, in this order."""

    STAGE = "stage"
    CHECK = "check"
    APPLY = "apply"


class ChangeKind(StrEnum):
    """What a change in the feed is of."""

    COMPANY = "company"
    INPUT = "input"
    ROUND = "round"
    RATE = "rate"
    DERIVED = "derived"


class AuditOutcome(StrEnum):
    """What became of an act on record."""

    DONE = "done"
    DENIED = "denied"
