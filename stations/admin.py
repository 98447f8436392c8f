"""Stations in the editors' site: the places, what they plan to show, and the screens that are signed in.

Everybody sees the part of the tree that they edit or administer, and changes nothing outside it.
"""

from typing import Any

from django.db.models import Count, QuerySet
from django.db.models import Max as Latest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSetGroup

from members.admin.unit_viewsets import UnitForm, UnitViewSet
from members.models import Member, Role
from members.roles.permissions import organizations_of

from .models import ScreeningPlan, Station, StationDevice

KEEPERS = (Role.Kind.EDITOR, Role.Kind.ADMINISTRATOR)


def stations_for(viewer: Member) -> QuerySet[Station]:
    """Return the stations of the units that `viewer` edits or administers."""
    return Station.objects.filter(organization__in=organizations_of(viewer, *KEEPERS))


class StationForm(UnitForm):
    """A station of one of the viewer's own units."""

    class Meta:
        model = Station
        fields = ["name", "code", "organization"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = organizations_of(self.viewer, *KEEPERS).order_by("path")
        self.fields["organization"].queryset = own


class ScreeningPlanForm(UnitForm):
    """A lecture at a station of the viewer's own."""

    class Meta:
        model = ScreeningPlan
        fields = ["station", "day", "starts_at", "lecture"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_for(self.viewer)


class StationDeviceForm(UnitForm):
    """An empty form: nobody adds or changes a screen by hand."""

    class Meta:
        model = StationDevice
        fields: list[str] = []


class StationViewSet(UnitViewSet):
    """The stations, with their screens and when one of them was last switched on."""

    model = Station
    icon = "desktop"
    menu_label = _("Stations")
    form_class = StationForm
    search_fields = ["name", "code", "organization__name"]
    ordering = ["name"]
    list_display = [
        "name",
        Column("organization", label=_("organization"), sort_key="organization__name"),
        Column("screens", label=_("paired screens"), sort_key="screens"),
        DateColumn("seen_at", label=_("last switched on"), sort_key="seen_at"),
    ]

    def records_for(self, viewer: Member) -> QuerySet[Station]:
        """Return the viewer's stations."""
        return stations_for(viewer)

    def listed_for(self, viewer: Member) -> QuerySet[Station]:
        """Return them with their unit, `screens` and `seen_at`."""
        stations = stations_for(viewer).select_related("organization")
        return stations.annotate(screens=Count("devices"), seen_at=Latest("devices__last_seen_at"))


class ScreeningPlanViewSet(UnitViewSet):
    """What stations plan to show, latest day first."""

    model = ScreeningPlan
    icon = "date"
    menu_label = _("Screening plans")
    form_class = ScreeningPlanForm
    search_fields = ["station__name", "lecture__title"]
    ordering = ["-day", "starts_at"]
    list_filter = ["day"]
    list_display = [
        "lecture",
        Column("station", label=_("station"), sort_key="station__name"),
        Column("day", label=_("day"), sort_key="day"),
        Column("starts_at", label=_("starts at")),
    ]

    def records_for(self, viewer: Member) -> QuerySet[ScreeningPlan]:
        """Return the plans of the viewer's stations."""
        plans = ScreeningPlan.objects.filter(station__in=stations_for(viewer))
        return plans.select_related("station", "lecture")


class StationDeviceViewSet(UnitViewSet):
    """The paired screens. They are made by pairing alone; a click leads to signing one out."""

    model = StationDevice
    icon = "key"
    menu_label = _("Paired screens")
    form_class = StationDeviceForm
    search_fields = ["station__name"]
    ordering = ["station__name"]
    list_display = [
        TitleColumn(
            "station",
            label=_("station"),
            sort_key="station__name",
            get_url=lambda screen: reverse("stationdevice:delete", args=[screen.pk]),
        ),
        Column("organization", label=_("organization"), accessor="station.organization"),
        DateColumn("paired_at", label=_("paired at"), sort_key="paired_at"),
        DateColumn("last_seen_at", label=_("last switched on"), sort_key="last_seen_at"),
    ]

    def records_for(self, viewer: Member) -> QuerySet[StationDevice]:
        """Return the paired screens of the viewer's stations."""
        screens = StationDevice.objects.filter(station__in=stations_for(viewer))
        return screens.select_related("station__organization")


class StationGroup(ModelViewSetGroup):
    """The menu entry for stations."""

    menu_label = _("Stations")
    menu_icon = "desktop"
    menu_order = 330
    items = (StationViewSet, ScreeningPlanViewSet, StationDeviceViewSet)
