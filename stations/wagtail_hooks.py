"""What this app adds to the editors' site."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from foundation.hooks import Duty
from members.models import Member, Role
from members.roles.permissions import organizations_of

from .admin import StationGroup


@hooks.register("register_admin_viewset")
def stations() -> StationGroup:
    """Add stations, their plans and their screens."""
    return StationGroup()


@hooks.register("my_duties")
def rolls_of_stations(member: Member) -> list[Duty]:
    """Lead a station's operator to the rolls of its screenings."""
    if not organizations_of(member, Role.Kind.OPERATOR).exists():
        return []
    return [Duty(70, reverse("stations:roll"), _("Rolls of your stations"), "list-checks")]
