"""One instance of the app that a principal calls as fast as it answers: `hammer_process counts|TARGET HOW_MANY`.

It takes a token from its first line of input, says `ready`, waits for another line, and prints a line for each: of a
call its status and the database's minute in which it was counted; of a bare count its number and minute.
"""

import sys
from collections.abc import Callable

import shared.web.limits
from shared.data.rate_counts import admit_call
from shared.domain.route_classes import RouteClass, Usage
from shared.web.freshness import KEPT
from tests.http_metrics.client import Client


def make_calls(client: Client, target: str, how_many: int) -> list[tuple[int, int]]:
    """Status and minute of each call, every one read anew."""
    windows: list[int] = []

    def count_and_note(subject: str, route_class: RouteClass, take: Callable[[Usage], None]) -> None:
        def note(usage: Usage) -> None:
            windows.append(usage.window)
            take(usage)

        admit_call(subject, route_class, note)

    def call() -> int:
        KEPT.forget()
        return client.get(target).status

    shared.web.limits.admit_call = count_and_note
    statuses = [call() for _ in range(how_many)]
    return list(zip(statuses, windows, strict=True))


def make_counts(how_many: int) -> list[tuple[int, int]]:
    """Number and minute of each count."""
    counted: list[Usage] = []
    for _ in range(how_many):
        admit_call("somebody", RouteClass.READ, counted.append)
    return [(usage.used, usage.window) for usage in counted]


def main(what: str, how_many: int) -> None:
    """Do it that often."""
    client = Client(sys.stdin.readline().strip())
    client.get("/v1/health")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for first, window in make_counts(how_many) if what == "counts" else make_calls(client, what, how_many):
        sys.stdout.write(f"{first} {window}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
