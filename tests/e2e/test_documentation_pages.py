"""`/openapi.json`, `/docs` and `/redoc` as the running host serves them; in a real browser where there is one.

What needs a browser is defined where `browser.PROGRAM` is found; the rest always runs.
"""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from tests.architecture.test_routes import registered_routes
from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company
from tests.e2e.browser import PROGRAM, open_tab
from tests.http_metrics.json_schema import offences

pytestmark = pytest.mark.xdist_group("e2e")
PAGES = ("/docs", "/redoc")
ROUTES = registered_routes()


def as_described(answer: requests.Response, document: dict, method: str, path: str) -> list[str]:
    """What of an answer's JSON is not as the served description says."""
    said = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]
    return list(offences(json.loads(answer.text, parse_float=Decimal), said["schema"], document))


def test_the_running_app_serves_its_description_and_answers_by_it(stack: RunningStack):
    served = stack.get("/openapi.json", token="")
    document = served.json()
    company = new_company(stack)
    file = document["paths"]["/v1/imports"]["post"]["requestBody"]["content"]["text/csv"]["example"]
    posted = stack.post("/v1/imports", params={"mode": "validate"}, data=file, headers={"Content-Type": "text/csv"})

    assert (served.status_code, served.headers["Content-Type"].partition(";")[0]) == (200, "application/json")
    described = {said["operationId"] for methods in document["paths"].values() for said in methods.values()}
    assert described == set(ROUTES)
    assert posted.status_code == 202, posted.text
    assert not as_described(posted, document, "post", "/v1/imports")
    assert not as_described(stack.get(f"/v1/companies/{company['id']}"), document, "get", "/v1/companies/{company_id}")
    issuer = str(stack.connection["issuer_url"]).removesuffix("/v2.0")
    flow = document["components"]["securitySchemes"]["entra"]["flows"]["authorizationCode"]
    assert flow["authorizationUrl"] == f"{issuer}/oauth2/v2.0/authorize"


def test_a_copy_of_the_description_that_is_kept_is_not_sent_again(stack: RunningStack):
    etag = stack.get("/openapi.json", token="").headers["ETag"]

    again = stack.get("/openapi.json", token="", headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_its_library_are_served_with_a_strict_policy(stack: RunningStack, path: str):
    page = stack.get(path, token="")
    script = page.text.partition('<script src="')[2].partition('"')[0]
    library = stack.get(script, token="")

    assert (page.status_code, library.status_code) == (200, 200), page.text
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert library.headers["Content-Type"].startswith("text/javascript")
    assert library.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(library.content) > 1_000_000


if PROGRAM is not None:
    HEALTH = "operations-platform-read_health"
    SHOWN = "document.querySelectorAll('.opblock').length"

    def test_swagger_ui_lists_every_operation_and_makes_a_call(stack: RunningStack, tmp_path: Path):
        async def use() -> None:
            async with open_tab(PROGRAM, tmp_path, f"{stack.base_url}/docs") as tab:
                await tab.until(f"{SHOWN} >= {len(ROUTES)}")
                assert await tab.evaluate(SHOWN) == len(ROUTES)
                await tab.evaluate(f"document.querySelector('#{HEALTH} .opblock-summary-control').click()")
                for button in (".try-out__btn", ".execute"):
                    found = f"document.querySelector('#{HEALTH} {button}')"
                    await tab.until(f"Boolean({found})")
                    await tab.evaluate(f"{found}.click()")
                answer = f"document.querySelector('#{HEALTH} .live-responses-table tbody .response-col_description')"
                said = await tab.until(f"{answer}?.textContent")
                assert '"status": "ok"' in said, said
                await tab.evaluate("document.querySelector('.authorize').click()")
                signing_in = await tab.until("document.querySelector('.auth-container')?.textContent")
                assert "authorizationCode with PKCE" in signing_in, signing_in
                assert f"{stack.base_url}/v1/health" in tab.requested
                assert outside(tab.requested, stack) == []
                assert tab.complaints == []

        asyncio.run(use())

    def test_redoc_lists_every_operation(stack: RunningStack, tmp_path: Path):
        async def use() -> None:
            async with open_tab(PROGRAM, tmp_path, f"{stack.base_url}/redoc") as tab:
                listed = 'document.querySelectorAll(\'[data-item-id^="tag/"][data-item-id*="/operation/"]\').length'
                await tab.until(f"{listed} >= {len(ROUTES)}")
                text = await tab.evaluate("document.body.textContent")
                assert "Derived metrics, each null with its reason." in text
                assert outside(tab.requested, stack) == []
                assert tab.complaints == []

        asyncio.run(use())

    def outside(urls: list[str], stack: RunningStack) -> list[str]:
        """The requests that leave the app."""
        return [url for url in urls if not url.startswith((f"{stack.base_url}/", "data:", "blob:", "about:"))]
