"""Bulk uploads through Durable Functions: a file comes by drop or POST and ends as stored versions and a report."""
