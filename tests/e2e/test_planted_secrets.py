"""What a whole stack writes down and answers holds no token, key or password, whatever it was sent."""

from pathlib import Path

import pytest

from devstack.issuer import KEY_FILE
from devstack.signing import Bearer, KeyRing, sign_token
from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company, put_input

pytestmark = pytest.mark.xdist_group("e2e")
FIGURE = 918_273_645_546


def tokens_of_all_kinds(stack: RunningStack) -> list[str]:
    """A good one, one that is over, and one of another issuer's."""
    key, tenant = KeyRing(stack.data_dir / KEY_FILE).signing_key, str(stack.connection["issuer_url"]).split("/")[-2]
    foreign = sign_token(key, Bearer(["Admin"]), issuer="https://other.example/v2.0", tenant=tenant, minutes=5)
    return [stack.token(name="Planted Person"), stack.token(minutes=-5), foreign]


def test_neither_logs_nor_answers_hold_what_is_secret(stack: RunningStack):
    company = new_company(stack)
    tokens = tokens_of_all_kinds(stack)
    answers = [stack.get(path, token=token) for token in tokens for path in ("/v1/companies", "/v1/nowhere")]
    answers.append(stack.get(f"/v1/companies?access_token={tokens[0]}", token=tokens[0]))
    answers.append(put_input(stack, company, "2024-03-31", total_revenue=FIGURE, cash="no number"))
    answers.append(stack.post("/v1/imports", data=f"company_id,period_end,cash\n{company['id']},x,{FIGURE}\n"))
    assert {answer.status_code for answer in answers} >= {200, 400, 401}

    account_key = str(stack.connection["blob_connection_string"]).partition("AccountKey=")[2].partition(";")[0]
    password = stack.database_url.partition("postgres:")[2].partition("@")[0]
    secrets = {"database password": password, "account key": account_key, "master key": stack.master_key}
    secrets |= {f"token {number}": token.rpartition(".")[2] for number, token in enumerate(tokens)}
    logs = [path for path in (stack.data_dir / "logs").rglob("*") if path.is_file()]
    logged = {path.name: path.read_text(errors="replace") for path in [*logs, Path(stack.data_dir / "up.log")]}
    told = "".join(f"{answer.headers} {answer.text}" for answer in answers if answer.request.url.count("token=") == 0)

    assert len(logged) > 3
    assert all(len(secret) > 10 for secret in secrets.values())
    assert [(what, where) for what, secret in secrets.items() for where, text in logged.items() if secret in text] == []
    assert [what for what, secret in secrets.items() if secret in told] == []
    assert [where for where, text in logged.items() if str(FIGURE) in text] == [], (
        "submitted values are nobody's business"
    )
