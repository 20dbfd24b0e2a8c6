"""Runs one command of `dev.py`; imported once the packages of .venv are there."""

import argparse
import sys
from collections.abc import Sequence

from devstack import gates
from devstack.databases import migrate
from devstack.restoring import run_restore
from devstack.signing import Bearer
from devstack.state import NotStartedError, chosen_database
from devstack.tokens import print_token
from devstack.up import run_up


def run(options: argparse.Namespace, further: Sequence[str]) -> int:
    """Run what the command line says; the answer is the process's exit code."""
    return {
        "up": lambda: run_up(options.data_dir, port=options.port, sample=not options.no_sample),
        "token": lambda: print_token(options.data_dir, _bearer(options), options.minutes),
        "test": lambda: gates.run_tests(further),
        "stress": lambda: gates.run_stress(further),
        "bench": lambda: gates.run_benchmarks(further),
        "check": gates.check,
        "generate": lambda: gates.generate(check=options.check),
        "migrate": lambda: _migrate(options),
        "restore": lambda: run_restore(further),
    }[options.command]()


def _bearer(options: argparse.Namespace) -> Bearer:
    return Bearer(
        roles=options.role, name=options.name, companies=options.company, funds=options.fund, is_program=options.program
    )


def _migrate(options: argparse.Namespace) -> int:
    try:
        migrate(chosen_database(options.data_dir))
    except (NotStartedError, RuntimeError) as problem:
        sys.stderr.write(f"dev.py: {problem}\n")
        return 1
    print("the database is at the newest migration")
    return 0
