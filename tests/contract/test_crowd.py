"""Many callers at once: each is served, or told when to come back."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from shared.web.openapi.operation import COMPANY_ID
from tests.contract.people import ADMIN, People
from tests.devstack.running_stack import RunningStack

pytestmark = pytest.mark.xdist_group("contract")
CALLERS, CALLS = 64, 192
READS = (
    "/v1/metrics?currency=GBP&sort=-arr",
    "/v1/portfolio/summary?reporting_quarter=2024Q1&currency=USD",
    "/v1/financials?format=xlsx",
    "/v1/changes?from=2020-01-01T00:00:00Z&limit=1000",
    "/v1/change-feed?limit=1000",
)


@pytest.mark.stress
@pytest.mark.timeout(600)
def test_of_sixty_four_callers_at_once_each_is_served_or_told_when_to_come_back(
    contract_stack: RunningStack, people: People
):
    company = people.examples[COMPANY_ID]

    def call(number: int) -> requests.Response:
        if number % 3 == 0:
            path, sent = f"/v1/companies/{company}/inputs/2024-06-30", {"total_revenue": number, "reason": "a crowd"}
            return contract_stack.put(path, json=sent, token=people.tokens[ADMIN], timeout=120)
        return contract_stack.get(READS[number % len(READS)], token=people.tokens[ADMIN], timeout=120)

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(call, range(CALLS)))

    assert Counter(answer.status_code for answer in answers).keys() <= {200, 201, 503}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
    assert contract_stack.get("/v1/health", token="").ok
