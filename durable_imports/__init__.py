"""Bulk uploads through Durable Functions: a file comes in by blob drop or POST and leaves as stored versions and a report."""
