"""SQL text as a statement: the same text is read for its parameters once in a process."""

from functools import lru_cache

from sqlalchemy import Dialect, TextClause, text


@lru_cache(maxsize=512)
def statement(sql: str) -> TextClause:
    """The statement of SQL whose parameters are written `:name`; nobody changes it."""
    return text(sql)


@lru_cache(maxsize=512)
def for_driver(sql: TextClause, dialect: Dialect) -> str:
    """The statement as the dialect's driver takes it."""
    return str(sql.compile(dialect=dialect))
