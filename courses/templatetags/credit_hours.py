"""How hours are written on menus and courses."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def credit_hours(hours: Decimal) -> str:
    """Write hours with their unit and without idle zeros: "2.5 credit hours"."""
    return _("%(hours)s credit hours") % {"hours": number_format(hours.normalize() + 0)}
