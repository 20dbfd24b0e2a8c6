"""What a team would otherwise write: FastAPI and SQLModel for reads, pandas and the ORM for imports, as their docs say.

Peers stand on the same database and know nothing of the product but the names of its columns, their decimals and what
reasons are called; those that serve run in processes of their own. How they were kept fair is written in
`docs/performance.md`.
"""
