"""What is read of a plain row without asking the schema is what the schema would have made of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.amounts import Scale
from shared.domain.cells import Cell, CellError
from shared.domain.fields import FIELD_NAMES
from shared.schemas.validation import validate
from shared.services.import_cells import Notation, read_values
from shared.services.import_plain import InputRow, PlainRows

END = {"period_end": "2024-03-31"}
UNITS = Notation()
WRITTEN = st.one_of(
    st.from_regex(r"[-+]?[0-9]{1,18}([.,][0-9]{1,10})?", fullmatch=True),
    st.sampled_from(
        ["NULL", "-0", "007", "1,234", "1.5e3", "(5)", "5%", "\uff11\uff12", "1 000", ".5", "5.", "-", "", " 7", "7\n"]
    ),
    st.integers(-(10**18), 10**18),
    st.decimals(allow_nan=False, allow_infinity=False),
)


@given(
    figures=st.dictionaries(st.sampled_from(FIELD_NAMES), WRITTEN, min_size=1),
    currency=st.sampled_from([None, "EUR", "eur", "EU"]),
    notation=st.builds(Notation, st.sampled_from([None, "de", "en-US", "fr"]), st.sampled_from(Scale)),
)
def test_a_row_read_as_plain_says_what_the_schema_makes_of_it(
    figures: dict[str, Cell], currency: str | None, notation: Notation
):
    cells = {**END, "currency": currency, **figures}

    read = PlainRows(cells, notation).read(cells)

    if read is not None:
        values, errors = read_values(cells, notation)
        parsed = validate(InputRow, values)
        head, found = read
        assert not errors
        assert [head.period_end, head.currency, head.scenario] == [parsed.period_end, parsed.currency, parsed.scenario]
        assert {name: str(value) for name, value in found.items()} == {
            name: str(getattr(parsed, name)) for name in FIELD_NAMES if name in parsed.model_fields_set
        }


@pytest.mark.parametrize(
    ("cell", "notation", "amount"),
    [
        ("1250000", UNITS, "1250000"),
        ("1250000.50", UNITS, "1250000.50"),
        ("-12", UNITS, "-12"),
        (1250000, UNITS, "1250000"),
        (Decimal("12.5"), UNITS, "12.5"),
        ("9999999999999999", UNITS, "9999999999999999"),
        ("1250", Notation("de"), "1250"),
        ("1250.5", Notation(None, Scale.THOUSANDS), "1250500.0"),
    ],
)
def test_figures_as_most_files_have_them_are_plain(cell: Cell, notation: Notation, amount: str):
    cells = {**END, "total_revenue": cell, "ebitda": None}

    read = PlainRows(cells, notation).read(cells)

    assert read is not None
    assert {name: str(value) for name, value in read[1].items()} == {"total_revenue": amount}


@pytest.mark.parametrize(
    ("cells", "notation"),
    [
        ({"total_revenue": "1.234"}, UNITS),
        ({"total_revenue": "12345678901234567"}, UNITS),
        ({"total_revenue": "12345678901234"}, Notation(None, Scale.THOUSANDS)),
        ({"total_revenue": "12.50"}, Notation("de")),
        ({"total_revenue": "1,2", "ebitda": "3"}, UNITS),
        ({"total_revenue": CellError("formula", "=1+1", "no formulas")}, UNITS),
        ({"debt_outstanding": "-1"}, UNITS),
        ({"employees": "NULL"}, UNITS),
        ({"employees": "7", "scenario": "plan"}, UNITS),
        ({"employees": "7", "reason": 5}, UNITS),
        ({"employees": "7", "period_end": "31.12."}, UNITS),
        ({"employees": "7", "period_end": None}, UNITS),
    ],
)
def test_what_could_be_doubted_is_left_to_the_schema(cells: dict[str, Cell], notation: Notation):
    cells = {**END, **cells}

    assert PlainRows(cells, notation).read(cells) is None


def test_the_schema_has_no_rule_about_several_fields_at_once_which_plain_rows_would_pass_by():
    assert not InputRow.__pydantic_decorators__.model_validators
