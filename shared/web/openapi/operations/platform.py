"""Operations that are open to all: health, and the description of the API with its pages."""

from http import HTTPStatus

from shared.domain.media_types import JSON
from shared.schemas.answers import Health
from shared.schemas.assets import AssetQuery
from shared.web.openapi.operation import Answer, Operation

HTML = "text/html"

OPERATIONS = {
    "read_health": Operation(
        answers={
            HTTPStatus.OK: Answer("The instance can serve.", Health),
            HTTPStatus.SERVICE_UNAVAILABLE: Answer("The database does not answer.", Health),
        }
    ),
    "read_openapi_document": Operation(
        answers={
            HTTPStatus.OK: Answer("This document.", None, (JSON,)),
            HTTPStatus.NOT_MODIFIED: Answer("`If-None-Match` names the document that stands.", media_types=()),
        },
        problems=("invalid_input",),
    ),
    "give_swagger_page": Operation(
        answers={HTTPStatus.OK: Answer("A page to read and to try the API.", None, (HTML,))},
        problems=(
            "invalid_input",
            "pages_not_installed",
        ),
    ),
    "give_redoc_page": Operation(
        answers={HTTPStatus.OK: Answer("A page to read.", None, (HTML,))},
        problems=(
            "invalid_input",
            "pages_not_installed",
        ),
    ),
    "give_page_asset": Operation(
        answers={
            HTTPStatus.OK: Answer("The file.", None, ("text/javascript", "text/css", HTML)),
            HTTPStatus.NOT_MODIFIED: Answer("`If-None-Match` names the file that stands.", media_types=()),
        },
        query=AssetQuery,
        problems=("invalid_input", "not_found", "pages_not_installed"),
    ),
}
