"""The scratch app of the timer tests: every function notes its runs, as lines of JSON, in the file `RUNS`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = '''
def note(name, timer, **more):
    status = timer.schedule_status
    found = {"name": name, "past_due": timer.past_due, "status": status, "began": time.time(), **more}
    with open(os.environ["RUNS"], "a") as file:
        file.write(json.dumps(found) + "\\n")

def yearly(name, **options):
    """A monitored timer that is due on no day a test runs on."""
    def run(timer: func.TimerRequest) -> None:
        note(name, timer)
    run.__name__ = name
    app.timer_trigger(arg_name="timer", schedule="0 0 3 29 2 *", **options)(run)

yearly("quiet")
yearly("pressed")
yearly("on_startup", run_on_startup=True)
yearly("late")
yearly("late_on_startup", run_on_startup=True)
yearly("edited")
yearly("unmonitored", use_monitor=False)

@app.timer_trigger(arg_name="timer", schedule="0 0 3 29 2 *")
def held(timer: func.TimerRequest) -> None:
    note("held", timer)
    time.sleep(float(os.environ["HOLD"]))

@app.timer_trigger(arg_name="timer", schedule="* * * * * *")
def failing(timer: func.TimerRequest) -> None:
    note("failing", timer)
    raise RuntimeError("a timer that always fails")

@app.timer_trigger(arg_name="timer", schedule="%TICK%")
async def by_setting(timer: func.TimerRequest) -> None:
    note("by_setting", timer)

@app.timer_trigger(arg_name="timer", schedule="* * * * * *")
async def slow(timer: func.TimerRequest) -> None:
    began = time.time()
    await asyncio.sleep(1.2)
    note("slow", timer, entered=began)

@app.route(route="by_hand")
def by_hand(req: func.HttpRequest) -> func.HttpResponse:
    with open(os.environ["RUNS"], "a") as file:
        file.write(json.dumps({"name": "by_hand", "method": req.method, "body": req.get_body().decode()}) + "\\n")
    return func.HttpResponse("done")
'''
NEXT_LEAP_DAY = "2028-02-29T03:00:00.0000000Z"
LAST_LEAP_DAY = "2024-02-29T03:00:00.0000000Z"
BEFORE_IT = "2024-01-01T00:00:00.0000000Z"


@dataclass(frozen=True)
class Runs:
    """The file of runs."""

    file: Path

    def of(self, name: str) -> list[dict[str, Any]]:
        """What a function noted, in order."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [found for found in map(json.loads, lines) if found["name"] == name]


def keep_status(state: Path, name: str, *, due: str, updated: str = BEFORE_IT) -> None:
    """Write the status a host left behind: it never ran, was last seen at `updated`, and is next due at `due`."""
    folder = state / "timers"
    folder.mkdir(parents=True, exist_ok=True)
    status = {"Last": "0001-01-01T00:00:00", "Next": due, "LastUpdated": updated}
    (folder / f"{name}.json").write_text(json.dumps(status))


def kept_status(state: Path, name: str) -> dict[str, str] | None:
    """The status a host keeps of a timer."""
    file = state / "timers" / f"{name}.json"
    return dict(json.loads(file.read_text())) if file.exists() else None
