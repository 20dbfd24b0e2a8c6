"""The process that `test_crashes` kills: a durable host over the file it is given, until its one import has ended.

It says `ready` when it works, writes every activity that ran into a log, and the output at the end.
"""

import asyncio
import json
import sys
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df

from tests.devhost.durable.hub import App, Hub, run_hub

ROWS, CHILDREN, PAGES = 240, 12, 4
INSTANCE = "the-import"

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


def expected_output() -> dict[str, Any]:
    """What the import answers, however often it was killed."""
    return {
        "rows": [row * row for row in range(ROWS)],
        "children": [[child, sum(range(child, child + 3))] for child in range(CHILDREN)],
        "pages": list(range(PAGES)),
        "count": CHILDREN,
    }


def make_app(log: Path) -> App:
    """The import: rows fan out, children with timers and an entity, pages that continue as new."""
    app = App()
    _add_functions(app, log)

    @app.orchestrator
    def chunk(context: Context) -> Orchestration:
        number = context.get_input()
        total = 0
        for value in range(number, number + 3):
            total += yield context.call_activity("same", value)
            yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=30))
        yield context.call_entity(df.EntityId("counter", "chunks"), "add", 1)
        return [number, total]

    @app.orchestrator
    def pages(context: Context) -> Orchestration:
        done = context.get_input()
        if len(done) == PAGES:
            return done
        page = yield context.call_activity("same", len(done))
        context.continue_as_new([*done, page])
        return None

    @app.orchestrator
    def everything(context: Context) -> Orchestration:
        rows = [context.call_activity("square", row) for row in range(ROWS)]
        children = [context.call_sub_orchestrator("chunk", child) for child in range(CHILDREN)]
        found = yield context.task_all([*rows, *children, context.call_sub_orchestrator("pages", [])])
        count = yield context.call_entity(df.EntityId("counter", "chunks"), "get")
        return {"rows": found[:ROWS], "children": found[ROWS:-1], "pages": found[-1], "count": count}

    return app


def _add_functions(app: App, log: Path) -> None:
    def note(text: str) -> None:
        with log.open("a") as file:
            file.write(f"{text}\n")

    @app.activity
    async def square(row: int) -> int:
        await asyncio.sleep(0.03)
        note(f"row {row}")
        return row * row

    @app.activity
    async def same(value: int) -> int:
        await asyncio.sleep(0.01)
        note(f"same {value}")
        return value

    @app.entity
    def counter(context: df.DurableEntityContext) -> None:
        value = context.get_state(lambda: 0)
        if context.operation_name == "add":
            value += context.get_input()
            context.set_state(value)
        context.set_result(value)


async def work(hub: Hub) -> str | None:
    """Begin the import or go on with it, to its end."""
    if hub.store.instance(INSTANCE) is None:
        hub.start("everything", instance_id=INSTANCE)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return (await hub.ended(INSTANCE)).output


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    sys.stdout.write(
        json.dumps(json.loads(run_hub(folder, make_app(folder / "activities.log"), work) or "null")) + "\n"
    )
