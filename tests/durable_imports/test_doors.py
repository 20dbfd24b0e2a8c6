"""The doors of an upload: whose file under which name, what is refused at the door, and two who knock at once."""

import asyncio
from types import SimpleNamespace
from typing import Any

import azure.durable_functions as df
import azure.functions as func
import pytest

from durable_imports import starters
from durable_imports.contracts import ORCHESTRATOR
from shared.data.engine import transaction
from shared.domain.errors import InvalidInput
from shared.domain.permissions import SYSTEM
from shared.services import import_steps, imports

Status = df.OrchestrationRuntimeStatus


def posted(body: bytes, **headers: str) -> func.HttpRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return func.HttpRequest(method="POST", url="/v1/imports", headers=named, body=body)


def form(*parts: tuple[str, bytes]) -> bytes:
    joined = b"".join(
        f"--cut\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: text/csv\r\n\r\n".encode()
        + content
        + b"\r\n"
        for disposition, content in parts
    )
    return joined + b"--cut--\r\n"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("", "upload.csv"),
        ("attachment", "upload.csv"),
        ('attachment; filename="q1.csv"', "q1.csv"),
        ("attachment; filename=q1.csv", "q1.csv"),
        ('attachment; filename="../../etc/q1.csv"', "q1.csv"),
        ('attachment; filename="C:\\\\Reports\\\\q1.csv"', "q1.csv"),
        ("attachment; filename*=UTF-8''Z%C3%BCrich%20Q1.csv", "Zürich Q1.csv"),
        ('attachment; filename="/"', "upload.csv"),
        (f'attachment; filename="{"x" * 300}.csv"', "x" * 200),
    ],
)
def test_a_posted_body_is_named_by_its_disposition_without_any_path(disposition: str, name: str):
    assert starters._posted_file(posted(b"a,b\n", content_disposition=disposition)) == (name, b"a,b\n")


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"\xff\xfea\x00", b"a,b\r\n1,2\r\n\r\n", b"a\r1\r", bytes(range(256)), b""]
)
def test_the_first_file_of_a_form_is_taken_byte_for_byte(content: bytes):
    body = form(
        ('name="note"', b"not a file"), ('name="file"; filename="q1\0.csv"', content), ('name="b"; filename="b"', b"x")
    )

    found = starters._posted_file(posted(body, content_type="multipart/form-data; boundary=cut"))

    assert found == ("q1.csv", content)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/csv"),
        (form(('name="note"', b"x")), "multipart/form-data; boundary=cut"),
        (b"x", "multipart/form-data"),
    ],
)
def test_a_call_without_a_file_says_how_to_send_one(body: bytes, content_type: str):
    with pytest.raises(InvalidInput) as refused:
        starters._posted_file(posted(body, content_type=content_type))
    assert [error.code for error in refused.value.errors] == ["required"]


def test_a_file_beyond_the_limit_is_refused_at_the_door(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(starters, "MAX_POSTED_BYTES", 3)

    for request in (
        posted(b"four"),
        posted(form(('name="f"; filename="f"', b"four")), content_type="multipart/form-data; boundary=cut"),
    ):
        with pytest.raises(InvalidInput) as refused:
            starters._posted_file(request)
        assert refused.value.code == "body_too_large"


class Hub:
    """A durable client: what instances are in, and what starting one comes to."""

    def __init__(self, *statuses: Status | None, refusal: Exception | None = None) -> None:
        self.statuses = list(statuses)
        self.refusal = refusal
        self.started: list[dict[str, Any]] = []

    async def get_status(self, _: str) -> SimpleNamespace | None:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return None if status is None else SimpleNamespace(runtime_status=status)

    async def start_new(self, name: str, **arguments: Any) -> None:
        if self.refusal:
            raise self.refusal
        self.started.append({"name": name, **arguments})


@pytest.fixture
def job(database_url: str) -> str:
    assert database_url
    with transaction() as session:
        return imports.register_import(session, SYSTEM, imports.Upload("q1.csv", imports.hash_content(b"q1")))


def knock(hub: Hub, job: str) -> list[dict[str, Any]]:
    asyncio.run(starters.start_import(hub, job))
    return hub.started


@pytest.mark.parametrize("status", [None, Status.Failed, Status.Terminated])
def test_an_open_job_that_nothing_runs_is_started_under_its_own_id(job: str, status: Status | None):
    assert knock(Hub(status), job) == [{"name": ORCHESTRATOR, "instance_id": job, "client_input": job}]


@pytest.mark.parametrize("status", [Status.Pending, Status.Running])
def test_a_job_that_runs_is_not_started_again(job: str, status: Status):
    assert knock(Hub(status), job) == []


def test_a_job_that_has_ended_is_not_started_again(job: str):
    with transaction() as session:
        import_steps.fail_import(session, job, "gone")

    assert knock(Hub(Status.Completed), job) == []


def test_of_two_who_start_at_once_the_second_is_content_with_the_first(job: str):
    taken = RuntimeError("An Orchestration instance with the status Pending already exists.")

    assert knock(Hub(None, Status.Pending, refusal=taken), job) == []
    with pytest.raises(RuntimeError, match="already exists"):
        knock(Hub(None, None, refusal=taken), job)
