"""The local stack: the real processes that stand in for Azure on one machine. Never deployed."""
