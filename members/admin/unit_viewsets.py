"""Admin lists of records that belong to units: each viewer sees and changes those of the own units alone.

A viewset says in `records_for` what a viewer may open. It takes the place of Wagtail's model viewset in every
app whose records belong to units or to their members.
"""

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import QuerySet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from members.models import Member

from .deletion import CarefulDeletion
from .screen_export import ScreenExport

# Wagtail's pages of history and of usage would show every unit's records to whoever may see some.
_PAGES = {"index", "index_results", "add", "edit", "delete"}


class ViewerRecords:
    """A mixin for Wagtail's views of one record: none but the viewer's can be opened."""

    request: Any
    # From the viewer to a queryset; given by the viewset, or set on the view.
    records_for: Any = None

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may open."""
        records: QuerySet[Any] = self.records_for(self.request.user)
        return records


class ViewerForm:
    """A mixin for Wagtail's views: gives the form the viewer, whose units it offers."""

    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        """Add the viewer."""
        return {**super().get_form_kwargs(), "viewer": self.request.user}  # type: ignore[misc]  # a mixin


class UnitForm(WagtailAdminModelForm):
    """A form that knows the viewer."""

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer


class UnitIndexView(ScreenExport, generic.IndexView):
    """The list of what the viewer may see."""

    # From the viewer to a queryset; given by the viewset.
    listed_for: Any = None

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may see."""
        records: QuerySet[Any] = self.listed_for(self.request.user)
        return records


class UnitCreateView(ViewerForm, generic.CreateView):
    """A new record of the viewer's units."""


class UnitEditView(ViewerForm, ViewerRecords, generic.EditView):
    """A record of the viewer's units."""


class UnitDeleteView(CarefulDeletion, ViewerRecords, generic.DeleteView):
    """Deletes a record of the viewer's units, or says why it must stay."""


class UnitViewSet(ModelViewSet, ABC):
    """A model viewset of records that belong to units. Its forms take a `viewer`."""

    index_view_class = UnitIndexView
    add_view_class = UnitCreateView
    edit_view_class = UnitEditView
    delete_view_class = UnitDeleteView
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    form_class: type[Any]

    @abstractmethod
    def records_for(self, viewer: Member) -> QuerySet[Any]:
        """Return the records that `viewer` may open. A viewset that does not say so cannot be made."""

    def listed_for(self, viewer: Member) -> QuerySet[Any]:
        """Return the records that are listed for `viewer`, with all that the columns show."""
        return self.records_for(viewer)

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        """Return the one form for new and known records."""
        return self.form_class

    def get_urlpatterns(self) -> list[Any]:
        """Leave out history and usage."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in _PAGES]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Give the views the viewer's records, and link to no page that is left out."""
        return {
            **super().get_common_view_kwargs(**kwargs),
            "records_for": self.records_for,
            "listed_for": self.listed_for,
            "history_url_name": "",
            "usage_url_name": "",
        }
