"""The one entry for people: the local stack, the tests, the gates. Standard library only; it makes its own .venv."""

import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "This project runs on Python 3.11, 3.12 and 3.13; this is Python "
        + sys.version.split()[0]
        + ". Start it with one of those, for example: python3.13 dev.py up"
    )

import argparse
from pathlib import Path

from devstack import bootstrap

ROOT = Path(__file__).resolve().parent
DATA_DIR = Path(".local")
PASSES_ARGUMENTS_ON = frozenset({"test", "stress", "bench", "restore"})
NEEDS_NODE = frozenset({"up", "test", "stress", "bench"})


def _data_dir(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data-dir", type=Path, default=ROOT / DATA_DIR, metavar="DIR", help="the stack's state (default .local)"
    )


def _add_up(commands: argparse._SubParsersAction) -> None:
    up = commands.add_parser("up", help="run the whole platform on this machine until Ctrl-C")
    up.add_argument("--port", type=int, help="the API's port on 127.0.0.1 (default: a free one, kept)")
    _data_dir(up)
    up.add_argument("--no-sample", action="store_true", help="start without the demo portfolio")


def _add_token(commands: argparse._SubParsersAction) -> None:
    token = commands.add_parser("token", help="print a bearer token of the local issuer")
    token.add_argument("--role", action="append", required=True, metavar="ROLE", help="e.g. Portfolio.Read; repeatable")
    token.add_argument("--company", action="append", metavar="ID", help="narrow to this company; repeatable")
    token.add_argument("--fund", action="append", metavar="ID", help="narrow to this fund; repeatable")
    token.add_argument("--program", action="store_true", help="of a program that speaks for itself, not of a person")
    token.add_argument("--name", default="Local Developer", help="whom the token speaks for")
    token.add_argument("--minutes", type=int, default=60, help="how long it is valid (default 60)")
    _data_dir(token)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_up(commands)
    _add_token(commands)
    for name, text in (
        ("test", "run the tests (further arguments go to pytest)"),
        ("stress", "run the long tests with injected faults (further arguments go to pytest)"),
        ("bench", "measure against peers and limits (further arguments go to the benchmarks)"),
        ("restore", "list backups, or rebuild an empty database from one (`restore --help`)"),
    ):
        commands.add_parser(name, help=text, add_help=False)
    commands.add_parser("check", help="run every gate: style, types, layers, platform, architecture, generated files")
    generate = commands.add_parser("generate", help="write the files that are generated from the code")
    generate.add_argument("--check", action="store_true", help="only say whether they are up to date")
    migrate = commands.add_parser("migrate", help="bring the database of DATABASE_URL (or of the stack) to head")
    _data_dir(migrate)
    return parser


def main(arguments: list[str]) -> int:
    """Run one command; what it returns is the process's exit code."""
    parser = _parser()
    further = arguments[1:] if arguments[:1] and arguments[0] in PASSES_ARGUMENTS_ON else []
    options = parser.parse_args(arguments[: len(arguments) - len(further)])
    try:
        python = bootstrap.ensure_packages(ROOT)
        if options.command in NEEDS_NODE:
            bootstrap.ensure_node_tools(ROOT)
            bootstrap.ensure_page_assets(ROOT)
    except bootstrap.SetupError as problem:
        sys.stderr.write(f"dev.py: {problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("dev.py: interrupted; the next start begins the set-up again\n")
        return 130
    if not bootstrap.runs_in(python):
        sys.stdout.flush()
        os.execv(python, [str(python), str(ROOT / "dev.py"), *arguments])  # noqa: S606 (no shell is wanted)
    from devstack.commands import run  # noqa: PLC0415 (needs the packages of .venv)

    return run(options, further)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
