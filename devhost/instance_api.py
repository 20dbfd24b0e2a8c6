"""The management API's questions about instances, and forgetting them."""

import base64
import binascii
import json

from aiohttp import web

from devhost.durable import DurableHost
from devhost.instances import InstanceQuery, parse_instance_query, status_body
from devhost.replies import failure, flag
from devhost.store import FAILED, Instance, Store

RETRY_AFTER_SECONDS = "5"
DEFAULT_PAGE = 100
CONTINUATION = "x-ms-continuation-token"


class InstanceApi:
    """The handlers, over one durable host."""

    def __init__(self, durable: DurableHost) -> None:
        self._store = durable.store

    async def status(self, request: web.Request) -> web.StreamResponse:
        """202 while it runs, 200 when it ended, an empty 404 when there is none."""
        instance = self._store.instance(request.match_info["id"])
        return web.Response(status=404) if instance is None else status_response(self._store, instance, request)

    async def find(self, request: web.Request) -> web.StreamResponse:
        """200 with a page; the continuation token goes into a header."""
        try:
            query = parse_instance_query(request.query)
            page = _page_size(request.query.get("top"))
            after = _position(request.headers.get(CONTINUATION))
        except ValueError as error:
            return failure(400, str(error))
        found = self._store.query_instances(query.where, query.values, after, page + 1)
        headers = {CONTINUATION: _token(found[page - 1])} if len(found) > page else {}
        show_input = flag(request, "showInput", default=True)
        return web.json_response([status_body(item, show_input=show_input) for item in found[:page]], headers=headers)

    async def purge(self, request: web.Request) -> web.StreamResponse:
        """Forget one ended instance."""
        instance = self._store.instance(request.match_info["id"])
        return self._purge([] if instance is None else [instance])

    async def purge_many(self, request: web.Request) -> web.StreamResponse:
        """Forget ended instances made since createdTimeFrom."""
        if not request.query.get("createdTimeFrom"):
            return failure(400, "Please provide value for 'createdTimeFrom' parameter.")
        try:
            query: InstanceQuery = parse_instance_query(request.query)
        except ValueError as error:
            return failure(400, str(error))
        return self._purge(self._store.query_instances(query.where, query.values, None, -1))

    def _purge(self, instances: list[Instance]) -> web.Response:
        ended = [instance for instance in instances if instance.is_terminal]
        if not ended:
            return web.Response(status=404)
        with self._store.transaction():
            for instance in ended:
                self._store.purge(instance.id)
        return web.json_response({"instancesDeleted": len(ended)})


def status_response(store: Store, instance: Instance, request: web.Request) -> web.Response:
    """An instance's status, shown as the query asks."""
    body = status_body(
        instance,
        show_input=flag(request, "showInput", default=True),
        history=store.history(instance.id) if flag(request, "showHistory", default=False) else None,
        show_output=flag(request, "showHistoryOutput", default=False),
    )
    if not instance.is_terminal:
        headers = {"Location": str(request.url), "Retry-After": RETRY_AFTER_SECONDS}
        return web.json_response(body, status=202, headers=headers)
    failed = instance.status == FAILED and flag(request, "returnInternalServerErrorOnFailure", default=False)
    return web.json_response(body, status=500 if failed else 200)


def _page_size(text: str | None) -> int:
    if not text:
        return DEFAULT_PAGE
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"top is {text!r}; it is how many instances a page has, 1 or more")
    return int(text)


def _token(last: Instance) -> str:
    return base64.b64encode(json.dumps([last.created, last.id]).encode()).decode()


def _position(token: str | None) -> tuple[float, str] | None:
    """Where a page begins; some clients say `null` for the first."""
    if not token or token == "null":  # noqa: S105 (no secret)
        return None
    try:
        created, instance_id = json.loads(base64.b64decode(token, validate=True))
        return float(created), str(instance_id)
    except (binascii.Error, TypeError, ValueError):
        raise ValueError(f"{CONTINUATION} is none that a page came with") from None
