"""Who calls in the contract's tests, and what is on record for them: two companies with everything that can be read."""

import itertools
from dataclasses import dataclass

from shared.web.openapi.operation import COMPANY_ID
from shared.web.openapi.schemas import PATH_PARAMETERS
from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company, put_input

PEERS = ("company-a", "company-b")
"""Two companies' own users, who must never see each other's things."""
ADMIN, READER = "administrator", "reader"
ENDS = ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31", "2024-03-31")
CLOSED = "2023-12-31"
DECISIONS = ("approve_import", "reject_import", "cancel_import")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class People:
    """Who calls.

    Attributes:
        tokens: By name, a token each.
        examples: What of the description's examples is replaced by what, so that they name what is on record.
        waiting: By operation, an upload that waits for just that decision.
        own: By a peer's name, what its company is known by: nobody else may be told of it.
    """

    tokens: dict[str, str]
    examples: dict[str, str]
    waiting: dict[str, str]
    own: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Member:
    token: str
    company_id: str
    external_id: str
    import_id: str


def make_people(stack: RunningStack) -> People:
    """An administrator, a reader of all, and two companies' own users; their companies are on record afterwards."""
    members = {name: _join(stack, f"{name}-{next(_numbers)}") for name in PEERS}
    first = members[PEERS[0]]
    closed = stack.post("/v1/periods/2023/4/close", json={})
    assert closed.status_code in {201, 409}, closed.text
    sender = stack.token("Portfolio.Write", name="Somebody Else")
    restated = f"company_external_id,period_end,total_revenue\n{first.external_id},{CLOSED},"
    waiting = {
        decision: _upload(stack, sender, f"{restated}{90 + place}\n") for place, decision in enumerate(DECISIONS)
    }
    assert {stack.get(f"/v1/imports/{each}").json()["status"] for each in waiting.values()} == {"pending_approval"}
    tokens = {ADMIN: stack.token("Admin"), READER: stack.token("Portfolio.Read")}
    return People(
        {**tokens, **{name: member.token for name, member in members.items()}},
        {COMPANY_ID: first.company_id, PATH_PARAMETERS["import_id"][2]: first.import_id},
        waiting,
        {name: (member.company_id, member.external_id) for name, member in members.items()},
    )


def _join(stack: RunningStack, name: str) -> _Member:
    """A company with figures, a round and an upload of its own user's."""
    company = new_company(stack, name=f"Works of {name}", external_id=name, funds=["Fund IV"])
    for place, period_end in enumerate(ENDS):
        figures = {"total_revenue": 1000 + place, "recurring_revenue": 900, "cash_balance": 7}
        answer = put_input(stack, company, period_end, **figures, reason="as the books say")
        assert answer.ok, answer.text
    paid = {"closed_on": "2023-02-01", "round": "A", "currency": "EUR", "post_money_valuation": 9000}
    assert stack.post(f"/v1/companies/{company['id']}/rounds", json=paid).ok
    token = stack.token("Company.Submit", company=company["id"], name=f"User of {name}")
    content = f"company_external_id,period_end,total_revenue\n{name},2024-06-30,1005\n"
    return _Member(token, company["id"], name, _upload(stack, token, content))


def _upload(stack: RunningStack, token: str, content: str) -> str:
    """The id of a posted file, once it is applied or waits for approval."""
    headers = {"Content-Type": "text/csv"}
    posted = stack.post("/v1/imports?reason=audit", data=content, headers=headers, token=token)
    assert posted.ok, posted.text
    return str(stack.finished_import(posted.json()["id"])["id"])
