"""Stations in the editors' site: the rooms, what they plan to show, and the screens that are signed in.

Everybody sees the part of the tree that they edit or administer, and changes nothing outside it.
"""

from typing import Any

from django.db.models import Count, Model, QuerySet
from django.db.models import Max as Latest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from members.admin.screen_export import ScreenExport
from members.admin.unit_viewsets import OwnRecordsViewSet
from members.models import Member, Role
from members.roles.permissions import organizations_of

from .models import ScreeningPlan, Station, StationDevice

KEEPERS = (Role.Kind.EDITOR, Role.Kind.ADMINISTRATOR)


def stations_for(viewer: Member) -> QuerySet[Station]:
    """Return the stations of the units that `viewer` edits or administers."""
    return Station.objects.filter(organization__in=organizations_of(viewer, *KEEPERS))


class StationForm(WagtailAdminModelForm):
    """A room of one of the viewer's own units."""

    class Meta:
        model = Station
        fields = ["name", "code", "organization"]

    def __init__(self, *args: Any, for_user: Member, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        own = organizations_of(for_user, *KEEPERS).order_by("path")
        self.fields["organization"].queryset = own


class ScreeningPlanForm(WagtailAdminModelForm):
    """A lecture at a station of the viewer's own."""

    class Meta:
        model = ScreeningPlan
        fields = ["station", "day", "starts_at", "lecture"]

    def __init__(self, *args: Any, for_user: Member, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        own = stations_for(for_user)
        self.fields["station"].queryset = own


class _OwnStations:
    """Shows and changes nothing outside the viewer's own part of the tree."""

    request: Any
    model: type[Model]

    def own(self) -> QuerySet[Any]:
        """Return the rows that belong to the viewer's stations."""
        stations = stations_for(self.request.user)
        rows = self.model._default_manager
        return rows.filter(pk__in=stations) if self.model is Station else rows.filter(station__in=stations)

    def get_queryset(self) -> QuerySet[Any]:
        return self.own()


class _OwnIndexView(_OwnStations, ScreenExport, generic.IndexView):
    """A list of the viewer's own."""

    any_permission_required = ["add", "change", "delete", "view"]

    def get_queryset(self) -> QuerySet[Any]:
        return generic.IndexView.get_queryset(self)


class StationIndexView(_OwnIndexView):
    """The rooms, with their screens and when one of them was last switched on."""

    def get_base_queryset(self) -> QuerySet[Station]:
        """Return the viewer's stations with `screens` and `seen_at`."""
        return (
            self.own()
            .select_related("organization")
            .annotate(screens=Count("devices"), seen_at=Latest("devices__last_seen_at"))
        )


class PlanIndexView(_OwnIndexView):
    """What the viewer's stations plan to show, latest day first."""

    def get_base_queryset(self) -> QuerySet[ScreeningPlan]:
        """Return the plans with their station and lecture."""
        return self.own().select_related("station", "lecture")


class ScreenIndexView(_OwnIndexView):
    """The screens that are signed in; a click leads to signing one out."""

    def get_base_queryset(self) -> QuerySet[StationDevice]:
        """Return the paired screens of the viewer's stations."""
        return self.own().select_related("station", "station__organization")


class OwnCreateView(generic.CreateView):
    """A new row; its form offers the viewer's own units only."""


class OwnEditView(_OwnStations, generic.EditView):
    """A row of the viewer's own."""


class OwnDeleteView(_OwnStations, generic.DeleteView):
    """A row of the viewer's own goes."""


class _OwnViewSet(OwnRecordsViewSet):
    index_view_class = _OwnIndexView
    add_view_class = OwnCreateView
    edit_view_class = OwnEditView
    delete_view_class = OwnDeleteView
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    form_class: type[WagtailAdminModelForm]

    def get_form_class(self, for_update: bool = False) -> type[WagtailAdminModelForm]:
        """Return the form that offers the viewer's own units only."""
        return self.form_class


class StationViewSet(_OwnViewSet):
    """The rooms."""

    model = Station
    icon = "desktop"
    menu_label = _("Stations")
    form_class = StationForm
    index_view_class = StationIndexView
    search_fields = ["name", "code", "organization__name"]
    ordering = ["name"]
    list_display = [
        "name",
        Column("organization", label=_("organization"), sort_key="organization__name"),
        Column("screens", label=_("paired screens"), sort_key="screens"),
        DateColumn("seen_at", label=_("last switched on"), sort_key="seen_at"),
    ]


class ScreeningPlanViewSet(_OwnViewSet):
    """What the rooms plan to show."""

    model = ScreeningPlan
    icon = "date"
    menu_label = _("Screening plans")
    form_class = ScreeningPlanForm
    index_view_class = PlanIndexView
    search_fields = ["station__name", "lecture__title"]
    ordering = ["-day", "starts_at"]
    list_filter = ["day"]
    list_display = [
        "lecture",
        Column("station", label=_("station"), sort_key="station__name"),
        Column("day", label=_("day"), sort_key="day"),
        Column("starts_at", label=_("starts at")),
    ]


class StationDeviceViewSet(_OwnViewSet):
    """The paired screens. They are made by pairing alone; here they are signed out."""

    model = StationDevice
    icon = "key"
    menu_label = _("Paired screens")
    index_view_class = ScreenIndexView
    search_fields = ["station__name"]
    ordering = ["station__name"]
    exclude_form_fields = ["pairing_code", "code_expires_at", "token_hash", "station"]
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

    def get_form_class(self, for_update: bool = False) -> type[WagtailAdminModelForm]:
        """Return an empty form: nobody may add or change a screen by hand."""
        return ModelViewSet.get_form_class(self, for_update)


class StationGroup(ModelViewSetGroup):
    """The menu entry for the rooms with a screen."""

    menu_label = _("Stations")
    menu_icon = "desktop"
    menu_order = 330
    items = (StationViewSet, ScreeningPlanViewSet, StationDeviceViewSet)
