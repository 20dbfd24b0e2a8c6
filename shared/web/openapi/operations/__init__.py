"""Every operation of the API by its function's name; a test compares this table with the registered routes."""

from shared.web.openapi.operation import Operation
from shared.web.openapi.operations import (
    access,
    audit,
    comparing,
    evidence,
    feed,
    platform,
    portfolio,
    reporting,
    uploads,
)

OPERATIONS: dict[str, Operation] = {
    **portfolio.OPERATIONS,
    **reporting.OPERATIONS,
    **access.OPERATIONS,
    **comparing.OPERATIONS,
    **evidence.OPERATIONS,
    **feed.OPERATIONS,
    **audit.OPERATIONS,
    **uploads.OPERATIONS,
    **platform.OPERATIONS,
}
