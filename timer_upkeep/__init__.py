"""The timers that keep small what only ever grows, and note the head of the audit log elsewhere."""
