"""Who sends telemetry, to the collector: role, instance, and the proof of identity."""

import platform
from typing import Any

from shared.settings import TelemetrySettings

ROLE = "portfolio-metrics"
"""The cloud role; the Functions host reports under the app's name, so that the two are told apart."""


def instance_name() -> str:
    """This instance, as the machine calls itself."""
    return platform.node()


def sending_options(settings: TelemetrySettings) -> dict[str, Any]:
    """Where to, and as whom: by the app's identity, but without one to a collector on this machine."""
    options: dict[str, Any] = {"connection_string": settings.connection_string}
    if not settings.is_loopback:
        from shared.credentials import get_credential  # noqa: PLC0415 (only where Azure is asked)

        options["credential"] = get_credential()
    return options
