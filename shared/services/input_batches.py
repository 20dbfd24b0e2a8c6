"""The use case of a batch of company-quarters: all of them are stored, or none and every error is told."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from shared.data.audit import Act, note_act
from shared.data.companies import lock_companies, visible_ids
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import Principal
from shared.domain.statuses import Outcome
from shared.domain.submissions import Receipt, Submission
from shared.schemas.inputs import BatchedInput
from shared.services.submissions import store_submissions


def put_inputs(session: Session, principal: Principal, batch: Sequence[BatchedInput]) -> list[Receipt]:
    """Store whole company-quarters, each as a PUT of its own would; one receipt each, in order.

    Raises:
        InvalidInput: with every error of every item under the item's place; nothing is to be committed then.
    """
    wanted = {item.company_id for item in batch}
    lock_companies(session, visible_ids(session, principal.scope, wanted))
    held = visible_ids(session, principal.scope, wanted)
    errors = _errors_of_keys(batch)
    errors += [
        FieldError("not_found", f"there is no company {item.company_id}", pointer=f"/{place}/company_id")
        for place, item in enumerate(batch)
        if item.company_id not in held
    ]
    places = [place for place, item in enumerate(batch) if item.company_id in held]
    receipts = store_submissions(session, principal, [_submission(batch[place]) for place in places])
    for place, receipt in zip(places, receipts, strict=True):
        errors += [replace(error, pointer=f"/{place}{error.pointer or ''}") for error in receipt.errors]
    if errors:
        raise InvalidInput(sorted(errors, key=_place), "Nothing was stored: the batch has items that cannot be used.")
    _note_batch(session, principal, batch, receipts)
    return receipts


def _note_batch(
    session: Session, principal: Principal, batch: Sequence[BatchedInput], receipts: Sequence[Receipt]
) -> None:
    """Put on record which company-quarters have which version now; nothing where nothing changed."""
    written = [
        (item, receipt)
        for item, receipt in zip(batch, receipts, strict=True)
        if receipt.outcome is not Outcome.UNCHANGED
    ]
    if not written:
        return
    company_ids = sorted({item.company_id for item, _ in written})
    versions = [
        {
            "company_id": item.company_id,
            "period_end": item.period_end,
            "scenario": item.scenario.value,
            "version": receipt.version,
        }
        for item, receipt in written
    ]
    act = Act("inputs", {"company_ids": company_ids}, after={"items": versions})
    note_act(session, principal, replace(act, company_id=company_ids[0]) if len(company_ids) == 1 else act)


def _errors_of_keys(batch: Sequence[BatchedInput]) -> list[FieldError]:
    """A company-quarter that is given twice would hide one of its two submissions."""
    first: dict[object, int] = {}
    errors = []
    for place, item in enumerate(batch):
        earlier = first.setdefault((item.company_id, item.period_end, item.scenario), place)
        if earlier != place:
            message = f"this company-quarter is item {earlier} already"
            errors.append(FieldError("given_twice", message, pointer=f"/{place}"))
    return errors


def _place(error: FieldError) -> int:
    return int((error.pointer or "/0").split("/")[1])


def _submission(item: BatchedInput) -> Submission:
    return Submission(
        item.company_id,
        item.period_end,
        values={name: getattr(item, name) for name in FIELD_NAMES},
        currency=item.currency,
        scenario=item.scenario,
        reason=item.reason,
    )
