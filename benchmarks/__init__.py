"""Benchmarks: the product, what people would otherwise use, and the limit, timed side by side in one run."""
