"""One instance of the app that a principal calls as fast as it answers: `hammer_process calls|counts HOW_MANY`.

It takes a token from its first line of input, says `ready`, waits for another line, and prints a line for each: of a
call its status and the database's minute in which it was counted; of a bare count its number and minute.
"""

import sys

import shared.web.limits
from shared.data.rate_counts import admit_call
from shared.domain.route_classes import RouteClass, Usage
from tests.http_metrics.client import Client

TARGET = "/v1/metrics/definitions"


def make_calls(client: Client, how_many: int) -> list[tuple[int, int]]:
    """Status and minute of each call."""
    windows: list[int] = []

    def count_and_note(subject: str, route_class: RouteClass) -> Usage:
        usage = admit_call(subject, route_class)
        windows.append(usage.window)
        return usage

    shared.web.limits.admit_call = count_and_note
    statuses = [client.get(TARGET).status for _ in range(how_many)]
    return list(zip(statuses, windows, strict=True))


def make_counts(how_many: int) -> list[tuple[int, int]]:
    """Number and minute of each count."""
    counted = [admit_call("somebody", RouteClass.READ) for _ in range(how_many)]
    return [(usage.used, usage.window) for usage in counted]


def main(what: str, how_many: int) -> None:
    """Do it that often."""
    client = Client(sys.stdin.readline().strip())
    client.get("/v1/health")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for first, window in make_calls(client, how_many) if what == "calls" else make_counts(how_many):
        sys.stdout.write(f"{first} {window}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
