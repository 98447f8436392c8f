"""Hours are written as people write them."""

from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from hours.formatting import bare, with_unit


@pytest.mark.parametrize(
    ("hours", "written"),
    [
        (Decimal("1.00"), "1"),
        (Decimal("2.50"), "2.5"),
        (Decimal("0.75"), "0.75"),
        (Decimal("100.00"), "100"),
        (Decimal("-2.00"), "-2"),
        (Decimal("-0.00"), "0"),
        ("26.00", "26"),
        (None, "0"),
    ],
)
def test_idle_zeros_are_left_out(hours: Decimal | str | None, written: str) -> None:
    assert bare(hours) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-hans", ["1 学时", "2.5 学时", "0.75 学时"]),
        ("en", ["1 credit hour", "2.5 credit hours", "0.75 credit hours"]),
    ],
)
def test_the_unit_is_named_in_the_readers_language(language: str, written: list[str]) -> None:
    with translation.override(language):
        assert [with_unit(Decimal(hours)) for hours in ("1.00", "2.50", "0.75")] == written


def test_every_template_knows_both_filters() -> None:
    template = engines["django"].from_string("{{ one|hours }} {{ one|credit_hours }}")
    assert template.render({"one": Decimal("1.50")}) == "1.5 1.5 学时"
