"""What callers send and receive, as pydantic models; an imported row passes the same schema as a PUT."""
