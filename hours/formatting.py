"""How hours are written, wherever they are written: 26, 2.5, 0.75."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext


def bare(hours: Decimal | str | None) -> str:
    """Return hours without unit and trailing zeros, for a sentence that names the unit itself; None is 0."""
    # Adding nothing turns a negative nought into a plain one.
    return number_format(Decimal(hours or 0).normalize() + 0)


def with_unit(hours: Decimal | str | None) -> str:
    """Return hours with their unit: "2.5 credit hours"."""
    number = bare(hours)
    one = Decimal(hours or 0) == 1
    return ngettext("%(hours)s credit hour", "%(hours)s credit hours", 1 if one else 2) % {"hours": number}
