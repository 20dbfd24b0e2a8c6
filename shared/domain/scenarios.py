"""Scenarios: actual figures, and plans beside them; never mixed in one derivation."""

from enum import StrEnum


class Scenario(StrEnum):
    """What a set of figures claims to be."""

    ACTUAL = "actual"
    BUDGET = "budget"
    FORECAST = "forecast"
