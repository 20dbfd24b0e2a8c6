"""The classes of calls that quotas are set for, and where a principal stands with one."""

from dataclasses import dataclass
from enum import StrEnum

WINDOW_SECONDS = 60


class RouteClass(StrEnum):
    """What a call costs the platform, roughly."""

    READ = "read"
    WRITE = "write"
    EXPORT = "export"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls of one principal and class in one window.

    Attributes:
        window: Which window it is: its number since 1970.
        used: How many calls there were, this one counted, whether they were served or not.
        seconds_left: After how many seconds the window is over; at least 1.
        newest_change: What names the state that the data was in when the call was counted.
    """

    window: int
    used: int
    seconds_left: int
    newest_change: str
