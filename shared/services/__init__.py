"""Use cases: values, a transaction and a principal go in, schemas come out."""
