"""Blob functions against a real blob service: every version at least once, poison in the end, posted events."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from devhost.blob_webhook import PATH
from devhost.receipts import Receipts
from tests.devhost.host.blob_storage import BlobStorage, blob_storage
from tests.devhost.host.running_host import MASTER, RunningHost, eventually, write_app

pytestmark = pytest.mark.xdist_group("devhost-blobs")  # one host for them all

APP = """
def note(name, blob, **more):
    content = blob.read()
    found = {"function": name, "name": blob.name, "content": content.decode(), "length": blob.length, **more}
    with open(os.environ["RUNS"], "a") as file:
        file.write(json.dumps(found) + "\\n")
    return content

@app.blob_trigger(arg_name="blob", path="drop/in/{name}.csv", connection="DropStorage", source="EventGrid")
def reads(blob: func.InputStream) -> None:
    if note("reads", blob, uri=blob.uri, metadata=blob.metadata) == b"hold":
        time.sleep(float(os.environ["HOLD"]))

@app.blob_trigger(arg_name="blob", path="%DROP%/bad/{name}", connection="DropStorage", source="EventGrid")
async def refuses(blob: func.InputStream) -> None:
    if note("refuses", blob) != b"good":
        raise ValueError("no such column")

@app.blob_trigger(arg_name="blob", path="drop/started/{name}", connection="DropStorage", source="EventGrid")
@app.durable_client_input(client_name="client")
async def starts(blob: func.InputStream, client: df.DurableOrchestrationClient) -> None:
    await client.start_new("measure", "the-import", {"length": len(note("starts", blob))})

from azurefunctions.extensions.base import InConverter, OutConverter, SdkType

class Reference(SdkType):
    def get_sdk_type(self):
        return self

class ReferenceConverter(InConverter, OutConverter, binding="blob", trigger="blobTrigger"):
    @classmethod
    def check_input_type_annotation(cls, pytype):
        return issubclass(pytype, Reference)

    @classmethod
    def decode(cls, data, *, trigger_metadata, pytype=None):
        return Reference(data={"kind": data.type, "source": data.value.source, **json.loads(data.value.content)})

@app.blob_trigger(arg_name="blob", path="drop/told/{name}", connection="DropStorage", source="EventGrid")
def is_told(blob: Reference) -> None:
    with open(os.environ["RUNS"], "a") as file:
        file.write(json.dumps({"name": "drop/" + blob._data["BlobName"], **blob._data}) + "\\n")

@app.orchestration_trigger(context_name="context")
def measure(context: df.DurableOrchestrationContext):
    return context.get_input()["length"]
    yield
"""
PATIENT = 30


@dataclass
class BlobHost:
    """A host over a blob service, and what its functions noted."""

    host: RunningHost
    storage: BlobStorage
    runs_file: Path

    def runs(self, name: str) -> list[dict[str, Any]]:
        lines = self.runs_file.read_text().splitlines() if self.runs_file.exists() else []
        return [found for found in map(json.loads, lines) if found["name"] == f"drop/{name}"]

    def run_of(self, name: str, count: int = 1) -> dict[str, Any]:
        """The last of `count` runs on a blob."""
        eventually(lambda: len(self.runs(name)) >= count, f"{name} was delivered", PATIENT)
        return self.runs(name)[-1]

    def settled(self, name: str) -> bool:
        """Whether the present version of a blob is dealt with, by the host's own file."""
        etag = self.storage.blob(name).get_blob_properties().etag.strip('"')
        receipts = Receipts(self.host.state / "blobs.db")
        try:
            return any(found.blob == name and found.etag == etag for found in receipts._settled)
        finally:
            receipts.close()

    def post(self, function: str, content: object, key: str | None = None, **headers: str) -> requests.Response:
        given = self.host.keys()["system"]["blobs_extension"] if key is None else key
        return self.host.post(
            PATH, params={"functionName": f"Host.Functions.{function}", "code": given}, json=content, headers=headers
        )


def start(storage: BlobStorage, folder: Path, hold: float = 0) -> BlobHost:
    runs = folder / "runs.jsonl"
    settings = {"DropStorage": storage.connection, "DROP": "drop", "RUNS": str(runs), "HOLD": str(hold)}
    return BlobHost(RunningHost(write_app(folder / "app", APP), folder / "state", **settings), storage, runs)


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlobHost]:
    """The second of two hosts: the first had run on `in/before.csv` and was killed while it ran on `in/held.csv`."""
    folder = tmp_path_factory.mktemp("blobs")
    with blob_storage(folder) as storage:
        storage.put("in/before.csv", "before")
        storage.put("in/held.csv", "hold")
        first = start(storage, folder, hold=60)
        first.run_of("in/held.csv")
        eventually(lambda: first.settled("in/before.csv"), "it is noted")
        first.host.kill()
        storage.put("in/meanwhile.csv", "meanwhile")
        storage.put("bad/always", "never good")
        storage.put("bad/mended", "not yet")
        second = start(storage, folder)
        yield second
        storage.service.stop()
        began = time.monotonic()
        assert second.host.stop() == 0
        assert time.monotonic() - began < 5, "a host stops at once though its blob service is gone"
        assert "Unclosed" not in second.host.said


def test_a_blob_is_delivered_whole_with_what_is_known_of_it(blobs: BlobHost) -> None:
    blobs.storage.put("in/new ü.csv", "a,b\n1,2\n", source="the test")
    found = blobs.run_of("in/new ü.csv")
    assert (found["function"], found["content"], found["length"]) == ("reads", "a,b\n1,2\n", 8)
    assert found["metadata"] == {"source": "the test"}
    assert found["uri"] == blobs.storage.blob("in/new ü.csv").url


def test_only_blobs_of_the_functions_path_are_delivered(blobs: BlobHost) -> None:
    for name in ("in/other.txt", "elsewhere/in/other.csv", "other.csv"):
        blobs.storage.put(name, "for nobody")
    blobs.storage.put("in/last.csv", "last")
    blobs.run_of("in/last.csv")
    assert [blobs.runs(name) for name in ("in/other.txt", "elsewhere/in/other.csv", "other.csv")] == [[], [], []]


def test_what_came_while_no_host_ran_is_delivered(blobs: BlobHost) -> None:
    assert blobs.run_of("in/meanwhile.csv")["content"] == "meanwhile"


def test_what_a_kill_broke_off_is_delivered_again_and_what_was_dealt_with_is_not(blobs: BlobHost) -> None:
    blobs.run_of("in/held.csv", count=2)
    eventually(lambda: blobs.settled("in/held.csv"), "it is dealt with")
    assert len(blobs.runs("in/before.csv")) == 1


def test_a_new_version_is_delivered_and_the_same_one_is_not_delivered_twice(blobs: BlobHost) -> None:
    first = blobs.storage.put("in/versions.csv", "one")
    blobs.run_of("in/versions.csv")
    eventually(lambda: blobs.settled("in/versions.csv"), "it is dealt with")
    assert blobs.storage.put("in/versions.csv", "one") != first
    blobs.run_of("in/versions.csv", count=2)
    eventually(lambda: blobs.settled("in/versions.csv"), "it is dealt with")
    time.sleep(1.2)
    assert [found["content"] for found in blobs.runs("in/versions.csv")] == ["one", "one"]


def test_a_version_that_failed_five_times_is_poison(blobs: BlobHost) -> None:
    blobs.run_of("bad/always", count=5)
    eventually(lambda: blobs.settled("bad/always"), "it is given up")
    receipts = Receipts(blobs.host.state / "blobs.db")
    (poison,) = [(found, error) for found, error in receipts.poison() if found.blob == "bad/always"]
    receipts.close()
    assert poison[0].function == "refuses"
    assert poison[1].startswith("ValueError: no such column")
    assert "refuses failed on the blob bad/always (5 of 5)" in blobs.host.said
    assert len(blobs.runs("bad/always")) == 5


def test_a_new_version_goes_before_the_failures_of_the_old_one(blobs: BlobHost) -> None:
    blobs.run_of("bad/mended")
    blobs.storage.put("bad/mended", "good")
    eventually(lambda: blobs.runs("bad/mended")[-1]["content"] == "good", "the new version came", PATIENT)
    eventually(lambda: blobs.settled("bad/mended"), "it is dealt with")
    assert len([found for found in blobs.runs("bad/mended") if found["content"] == "good"]) == 1


def test_a_blob_function_may_start_an_orchestration(blobs: BlobHost) -> None:
    blobs.storage.put("started/file", "12345")
    blobs.run_of("started/file")
    status = "/durabletask/instances/the-import"
    eventually(lambda: blobs.host.get(status).status_code == 200, "the orchestration ended")
    assert blobs.host.get(status).json()["output"] == 5


def event_of(name: str) -> dict[str, Any]:
    return {
        "eventType": "Microsoft.Storage.BlobCreated",
        "subject": f"/blobServices/default/containers/drop/blobs/{name}",
        "data": {"url": f"http://account.blob.example/drop/{name}"},
    }


def test_a_posted_event_delivers_its_blob_once(blobs: BlobHost) -> None:
    blobs.storage.put("in/posted.csv", "posted")
    assert blobs.post("reads", [event_of("in/posted.csv")]).status_code == 202
    assert blobs.post("reads", [event_of("in/posted.csv"), event_of("in/gone.csv")]).status_code == 202
    blobs.run_of("in/posted.csv")
    eventually(lambda: blobs.settled("in/posted.csv"), "it is dealt with")
    assert len(blobs.runs("in/posted.csv")) == 1
    assert blobs.runs("in/gone.csv") == []


def test_a_cloud_event_is_read_too(blobs: BlobHost) -> None:
    blobs.storage.put("in/cloud.csv", "cloud")
    url = blobs.storage.blob("in/cloud.csv").url
    event = {"specversion": "1.0", "type": "Microsoft.Storage.BlobCreated", "subject": "", "data": {"url": url}}
    assert blobs.post("reads", event).status_code == 202
    assert blobs.run_of("in/cloud.csv")["content"] == "cloud"


def test_the_subscriptions_handshake_is_answered(blobs: BlobHost) -> None:
    asked = [{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "a-code"}}]
    answer = blobs.post("reads", asked, **{"aeg-event-type": "SubscriptionValidation"})
    assert (answer.status_code, answer.json()) == (200, {"validationResponse": "a-code"})


def test_the_cloud_events_handshake_is_answered(blobs: BlobHost) -> None:
    query = {"functionName": "Host.Functions.reads", "code": MASTER}
    answer = blobs.host.call("OPTIONS", PATH, params=query, headers={"WebHook-Request-Origin": "grid.example"})
    assert (answer.status_code, answer.headers["WebHook-Allowed-Origin"]) == (200, "grid.example")


@pytest.mark.parametrize(
    ("function", "content", "key", "status"),
    [
        ("reads", [event_of("in/x.csv")], "wrong", 401),
        ("no_such", [event_of("in/x.csv")], None, 404),
        ("measure", [event_of("in/x.csv")], None, 404),
        ("reads", ["no event"], None, 400),
        ("reads", "no event", None, 400),
        ("reads", [{"eventType": "Microsoft.Storage.BlobCreated"}], None, 400),
        ("reads", [{"eventType": "Microsoft.Storage.BlobDeleted"}], None, 202),
    ],
)
def test_what_is_no_event_for_a_function_is_refused(
    blobs: BlobHost, function: str, content: object, key: str | None, status: int
) -> None:
    assert blobs.post(function, content, key).status_code == status


def test_a_blob_function_runs_by_hand_on_a_blob_that_was_dealt_with(blobs: BlobHost) -> None:
    blobs.storage.put("in/again.csv", "again")
    blobs.run_of("in/again.csv")
    assert blobs.host.run("reads", "drop/in/again.csv").status_code == 202
    blobs.run_of("in/again.csv", count=2)
    assert blobs.host.run("reads", "drop/in/nowhere.csv").status_code == 202
    eventually(lambda: "reads cannot run on 'drop/in/nowhere.csv'" in blobs.host.said, "it is said")


def test_a_function_that_takes_a_reference_is_told_of_the_blob_and_not_given_it(blobs: BlobHost):
    blobs.storage.put("told/big.csv", "x" * 1000)

    told = blobs.run_of("told/big.csv")

    assert told == {
        "name": "drop/told/big.csv",
        "kind": "model_binding_data",
        "source": "AzureStorageBlobs",
        "Connection": "DropStorage",
        "ContainerName": "drop",
        "BlobName": "told/big.csv",
    }
