"""The SQLModel data package: engine, tables, and one module of queries per table family."""
