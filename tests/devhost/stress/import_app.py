"""The scratch app of the kill test: an import of every durable shape that a kill could break, and its exact output."""

from typing import Any

ROWS, CHUNKS = 12, 3
SOURCE = f"""
from datetime import timedelta

ROWS, CHUNKS = {ROWS}, {CHUNKS}
RETRY = df.RetryOptions(first_retry_interval_in_milliseconds=200, max_number_of_attempts=4)

def fails_at_first(key):
    \"\"\"Raise once per key, whatever process asks.\"\"\"
    marker = os.path.join(os.environ["MARKERS"], key)
    if not os.path.exists(marker):
        open(marker, "x").close()
        raise ConnectionError("the first attempt at " + key)

@app.activity_trigger(input_name="row")
async def load_row(row: dict) -> int:
    await asyncio.sleep(0.02)
    if row["number"] % 3 == 0:
        fails_at_first(f"{{row['run']}}-row-{{row['number']}}")
    return row["run"] * 1000 + row["number"]

@app.activity_trigger(input_name="chunk")
def sum_chunk(chunk: dict) -> int:
    time.sleep(0.02)
    fails_at_first(f"{{chunk['run']}}-chunk-{{chunk['number']}}")
    return sum(chunk["rows"])

@app.orchestration_trigger(context_name="context")
def import_chunk(context: df.DurableOrchestrationContext):
    chunk = context.get_input()
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=400))
    total = yield context.call_activity_with_retry("sum_chunk", RETRY, chunk)
    yield context.call_entity(df.EntityId("ledger", str(chunk["run"])), "note", [chunk["number"], total])
    return total

@app.orchestration_trigger(context_name="context")
def import_run(context: df.DurableOrchestrationContext):
    run = context.get_input()["run"]
    rows = yield context.task_all([
        context.call_activity_with_retry("load_row", RETRY, {{"run": run, "number": number}}) for number in range(ROWS)
    ])
    context.set_custom_status("rows are loaded")
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=800))
    chunks = yield context.task_all([
        context.call_sub_orchestrator("import_chunk", {{"run": run, "number": number, "rows": rows[number::CHUNKS]}})
        for number in range(CHUNKS)
    ])
    ledger = yield context.call_entity(df.EntityId("ledger", str(run)), "read")
    pages = yield context.call_sub_orchestrator("page_through", {{"run": run, "pages": []}})
    return {{"rows": rows, "chunks": chunks, "ledger": ledger, "pages": pages}}

@app.orchestration_trigger(context_name="context")
def page_through(context: df.DurableOrchestrationContext):
    found = context.get_input()
    if len(found["pages"]) == 3:
        return found["pages"]
    row = {{"run": found["run"], "number": 100 + len(found["pages"])}}
    page = yield context.call_activity_with_retry("load_row", RETRY, row)
    context.continue_as_new({{**found, "pages": [*found["pages"], page]}})

@app.entity_trigger(context_name="context")
def ledger(context: df.DurableEntityContext):
    noted = context.get_state(lambda: {{}})
    if context.operation_name == "note":
        number, total = context.get_input()
        noted[str(number)] = noted.get(str(number), 0) + total
        context.set_state(noted)
    context.set_result(noted)

@app.route(route="imports/{{run:int}}")
@app.durable_client_input(client_name="client")
async def start_import(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    run = int(req.route_params["run"])
    instance_id = f"import-{{run}}"
    if not await client.get_status(instance_id):
        await client.start_new("import_run", instance_id, {{"run": run}})
    return func.HttpResponse(instance_id, status_code=202)
"""


def expected_output(run: int) -> dict[str, Any]:
    """What an import answers, however often its host was killed: no row is lost, no chunk is counted twice."""
    rows = [run * 1000 + number for number in range(ROWS)]
    chunks = [sum(rows[number::CHUNKS]) for number in range(CHUNKS)]
    ledger = {str(number): total for number, total in enumerate(chunks)}
    return {"rows": rows, "chunks": chunks, "ledger": ledger, "pages": [run * 1000 + 100 + page for page in range(3)]}
