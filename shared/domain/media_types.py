"""What the forms of an answer or a file are called on the wire."""

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"json": JSON, "csv": f"{CSV}; charset=utf-8", "xlsx": XLSX}
"""The `Content-Type` of each form."""
