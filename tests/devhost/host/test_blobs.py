"""Blob functions against a real blob service: delivery at least once, new versions, poison, and posted events."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerClient

from devstack.azurite import azurite, connection_string
from tests.devhost.host.running_host import ROOT, RunningHost, eventually, free_port, write_app

APP = """
@app.blob_trigger(arg_name="blob", path="inbox/{name}.csv", connection="Storage", source="EventGrid")
def take(blob: func.InputStream) -> None:
    content = blob.read().decode()
    with open(os.environ["NOTES"], "a") as notes:
        print(json.dumps([blob.name, content]), file=notes, flush=True)
    if content == "bad":
        raise ValueError("this one is bad")
    if content == "once" and os.path.exists(os.environ["MARK"]):
        os.unlink(os.environ["MARK"])
        os._exit(9)
"""
HANDSHAKE = [{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "abc"}}]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of a blob service."""
    folder, port = tmp_path_factory.mktemp("azurite"), free_port()
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    service = azurite(ROOT, location=folder / "blobs", port=port, key=key, log=folder / "log")
    service.launch()
    service.wait(60)
    yield connection_string(port, key)
    service.stop()


class Inbox:
    """A host, the container that it watches, and what its function noted."""

    def __init__(self, folder: Path, storage: str) -> None:
        self.folder = folder
        self.storage = storage
        self.notes = folder / "notes"
        self.notes.touch()
        self.app = write_app(folder / "app", APP)
        self.host = self.start()

    def start(self) -> RunningHost:
        settings = {"Storage": self.storage, "NOTES": str(self.notes), "MARK": str(self.folder / "mark")}
        return RunningHost(self.app, self.folder / "state", **settings)

    def container(self) -> ContainerClient:
        return ContainerClient.from_connection_string(self.storage, "inbox")

    def put(self, name: str, content: str) -> None:
        with self.container() as container:
            container.upload_blob(name, content, overwrite=True)

    def taken(self, name: str) -> list[str]:
        """The contents with which the function was run on this blob."""
        rows = [json.loads(line) for line in self.notes.read_text().splitlines()]
        return [content for path, content in rows if path == f"inbox/{name}"]

    def was_taken(self, name: str, *contents: str) -> Callable[[], bool]:
        return lambda: self.taken(name) == list(contents)

    def post(self, body: Any, key: str | None = None, kind: str = "Notification", function: str = "take") -> Any:  # noqa: ANN401 (JSON)
        path = f"/runtime/webhooks/blobs?functionName=Host.Functions.{function}"
        code = self.host.keys()["system"]["blobs_extension"] if key is None else key
        return self.host.post(f"{path}&code={code}", json=body, headers={"aeg-event-type": kind})


@pytest.fixture
def inbox(tmp_path: Path, storage: str) -> Iterator[Inbox]:
    with ContainerClient.from_connection_string(storage, "inbox") as container:
        if container.exists():
            for name in list(container.list_blob_names()):
                container.delete_blob(name)
        else:
            container.create_container()
    found = Inbox(tmp_path, storage)
    yield found
    if found.host.process.poll() is None:
        assert found.host.stop() == 0


def test_every_version_of_a_blob_whose_name_fits_is_delivered(inbox: Inbox):
    inbox.put("a.csv", "first")
    inbox.put("a.txt", "other")
    assert eventually(inbox.was_taken("a.csv", "first"), "the blob was delivered")

    inbox.put("a.csv", "second")
    assert eventually(inbox.was_taken("a.csv", "first", "second"), "the new version was delivered")
    assert inbox.taken("a.txt") == []


def test_what_was_delivered_is_not_delivered_again_after_a_restart_and_what_came_meanwhile_is(inbox: Inbox):
    inbox.put("old.csv", "old")
    assert eventually(inbox.was_taken("old.csv", "old"), "the blob was delivered")
    inbox.host.kill()
    inbox.put("new.csv", "new")
    inbox.host = inbox.start()

    assert eventually(inbox.was_taken("new.csv", "new"), "the blob was delivered")
    assert inbox.taken("old.csv") == ["old"]


def test_a_host_that_dies_over_a_blob_delivers_it_again(inbox: Inbox):
    (inbox.folder / "mark").touch()
    inbox.put("once.csv", "once")
    assert inbox.host.wait() == 9
    assert inbox.taken("once.csv") == ["once"]

    inbox.host = inbox.start()

    assert eventually(inbox.was_taken("once.csv", "once", "once"), "the blob was delivered again")


def test_a_blob_that_fails_five_times_is_poison_and_holds_up_nobody(inbox: Inbox):
    inbox.put("bad.csv", "bad")
    inbox.put("good.csv", "good")

    assert eventually(inbox.was_taken("good.csv", "good"), "the other blob was delivered")
    assert eventually(lambda: "bad.csv is poison for take" in inbox.host.said, "the blob was given up")
    assert inbox.taken("bad.csv") == ["bad"] * 5
    assert "ValueError: this one is bad" in inbox.host.said


def test_the_webhook_answers_the_handshake_and_takes_events(inbox: Inbox):
    handshake = inbox.post(HANDSHAKE, kind="SubscriptionValidation")
    assert handshake.json() == {"validationResponse": "abc"}

    inbox.put("told.csv", "told")
    subject = "/blobServices/default/containers/inbox/blobs/told.csv"
    event = {"eventType": "Microsoft.Storage.BlobCreated", "subject": subject, "data": {"url": "http://x/told"}}
    assert inbox.post([event, event]).status_code == 202
    assert eventually(lambda: inbox.taken("told.csv"), "the blob was delivered")


def test_the_webhook_refuses_strangers_unknown_functions_and_what_is_no_event(inbox: Inbox):
    assert inbox.post(HANDSHAKE, key="guess").status_code == 401
    assert inbox.post(HANDSHAKE, function="nobody").status_code == 404
    assert inbox.post([{"eventType": "Microsoft.Storage.BlobCreated"}]).status_code == 400


def test_a_host_without_its_storage_waits_for_it_and_stops_quickly(tmp_path: Path):
    gone = connection_string(free_port(), base64.b64encode(b"key").decode())
    app = write_app(tmp_path / "app", APP)
    host = RunningHost(app, tmp_path / "state", Storage=gone, NOTES=str(tmp_path / "notes"), MARK="")

    assert eventually(lambda: "'inbox' cannot be listed" in host.said, "the host said what it misses")
    assert host.stop() == 0
    assert "Unclosed" not in host.said
