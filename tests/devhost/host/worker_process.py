"""The process that `test_worker` asks: the worker half over one app, without a host, its findings printed as JSON.

The worker library keeps its functions and the app's folder in its process for good; this one is its own.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from devhost.indexing import Function, Index
from devhost.worker import Worker


def shown(function: Function) -> dict[str, Any]:
    """A function as it was indexed."""
    bindings = [(binding["type"], binding["name"]) for binding in function.bindings]
    return {"kind": function.kind, "is_async": function.is_async, "bindings": bindings, "id": function.id}


async def ask(app: Path) -> dict[str, Any]:
    """Index the app, and run every activity once with the input 7."""
    worker = Worker(app, None)
    index: Index = await worker.load()
    worker.functions = {function.name: function for function in index.functions}
    activities = [function.name for function in index.functions if function.kind == "activityTrigger"]
    answers = {name: vars(await worker.invoke_durable(name, "7")) for name in activities}
    await worker.stop()
    functions = {function.name: shown(function) for function in index.functions}
    return {"functions": functions, "answers": answers, "defects": index.defects}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(ask(Path(sys.argv[1])))) + "\n")
