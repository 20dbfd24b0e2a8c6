"""The operation that a client mirrors the data with."""

from shared.schemas.feed_answers import ChangeFeed
from shared.schemas.queries import FeedQuery
from shared.web.openapi.operation import Operation, answer_ok

OPERATIONS = {
    "read_change_feed": Operation(
        answers=answer_ok(ChangeFeed, "Changes."), query=FeedQuery, query_example={"after": 0, "limit": 3}
    ),
}
