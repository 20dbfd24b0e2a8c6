"""Operations about who may reach what."""

from http import HTTPStatus

from shared.schemas.answers import page_of
from shared.schemas.grant_answers import Grant, GrantReceipt
from shared.schemas.grants import GrantCreate, GrantsQuery
from shared.web.openapi.conventions import Convention
from shared.web.openapi.operation import NO_CONTENT, Answer, Operation, answer_ok

_HOLDER = "3f1d2c9a-55b0-4a4e-8d53-0d8f1f0b7c21"

OPERATIONS = {
    "list_grants": Operation(
        answers=answer_ok(page_of(Grant), "Grants."), query=GrantsQuery, query_example={"holder_id": _HOLDER}
    ),
    "create_grant": Operation(
        answers={
            HTTPStatus.CREATED: Answer("A grant that did not stand.", GrantReceipt),
            HTTPStatus.OK: Answer("One that did, as it stands.", GrantReceipt),
        },
        body=GrantCreate,
        body_example={
            "holder_kind": "user",
            "holder_id": _HOLDER,
            "holder_name": "Ada Analyst",
            "fund": "Fund Mine",
            "reason": "covers the fund",
        },
        conventions=(Convention.ONCE, Convention.BRIEF),
    ),
    "delete_grant": Operation(answers=NO_CONTENT),
}
