"""The timers that keep small what only ever grows, note the head of the audit log elsewhere, and set the gauges."""
