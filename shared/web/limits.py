"""How many calls a principal may make in a minute, by their class; told in the fields of the IETF's draft.

The fields are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says the quota, `RateLimit` what is
left of it and for how many seconds.
"""

from collections.abc import Callable, MutableMapping

import azure.functions as func

from shared.data.rate_counts import admit_call
from shared.domain.errors import TooManyCalls
from shared.domain.permissions import Principal
from shared.domain.route_classes import WINDOW_SECONDS, RouteClass
from shared.settings import get_settings

POLICY, LIMIT = "RateLimit-Policy", "RateLimit"
Classify = Callable[[func.HttpRequest], RouteClass]


def classify_by_method(request: func.HttpRequest) -> RouteClass:
    """What a route that says nothing else is: a read, or a write."""
    return RouteClass.READ if request.method.upper() in {"GET", "HEAD"} else RouteClass.WRITE


def charge_call(principal: Principal, route_class: RouteClass, told: MutableMapping[str, str]) -> str | None:
    """Count the call, and put into `told` what its answer says of the quota; a quota of 0 is none.

    Returns:
        The newest change, told beside the count; None: nothing was counted.

    Raises:
        TooManyCalls: the quota is used up.
    """
    quota = get_settings().rate_limits[route_class]
    if not quota:
        return None
    usage = admit_call(principal.subject, route_class)
    told[POLICY] = f'"{route_class.value}";q={quota};w={WINDOW_SECONDS}'
    told[LIMIT] = f'"{route_class.value}";r={max(quota - usage.used, 0)};t={usage.seconds_left}'
    if usage.used > quota:
        raise TooManyCalls(
            f"More than {quota} calls of the class {route_class.value} in a minute; go on in {usage.seconds_left} s.",
            usage.seconds_left,
        )
    return usage.newest_change
