"""Members in the editors' site: Wagtail's user administration, limited to the viewer's own units."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets import Button
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.users.views import users

from members.imports.views import list_buttons
from members.models import ListImport, Member, MemberCategory, Role
from members.roles.permissions import members_kept_by, members_moved_by

from .deletion import CarefulDeletion
from .member_forms import MemberForm
from .organizations import OrganizationCodes
from .screen_export import ScreenExport
from .unit_viewsets import ViewerForm, ViewerRecords


class MemberFilterSet(WagtailFilterSet):
    """What one looks for members by. Never by when somebody signed in."""

    is_active = django_filters.BooleanFilter(label=_("Active"), widget=BooleanRadioSelect)
    categories = django_filters.ModelMultipleChoiceFilter(
        field_name="category_tags__tag",
        queryset=MemberCategory.objects.all(),
        label=_("member categories"),
        widget=forms.CheckboxSelectMultiple,
    )
    role = django_filters.MultipleChoiceFilter(
        field_name="roles__kind",
        choices=Role.Kind.choices,
        label=_("role"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, is_searching: bool | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    class Meta:
        model = Member
        fields: list[str] = []


class MemberIndexView(ScreenExport, users.IndexView):
    """The members of the viewer's units."""

    add_item_label = _("Add a member")
    page_title = _("Members")
    search_fields = {"number", "name", "phone"}
    request: HttpRequest

    def get_base_queryset(self) -> QuerySet[Member]:
        """Return those whose name the viewer may see, in two queries however many they are."""
        return (
            Member.objects.visible_to(self.request.user)
            .annotate(movable=Exists(members_moved_by(self.request.user).filter(pk=OuterRef("pk"))))
            .select_related("organization", "wagtail_userprofile")
            .prefetch_related("roles", "category_tags__tag")
        )

    def order_queryset(self, queryset: QuerySet[Member]) -> QuerySet[Member]:
        """Order by the chosen column, and by the name as one word."""
        if self.ordering in ("name", "-name"):
            return queryset.order_by(self.ordering)
        return super(users.IndexView, self).order_queryset(queryset)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Offer to enter a list, to whoever may."""
        return [*super().header_more_buttons, *list_buttons(self.request.user, ListImport.Kind.MEMBERS)]

    def get_list_more_buttons(self, instance: Member) -> list[Button]:
        """Offer to move a member, to whoever may."""
        buttons: list[Button] = super().get_list_more_buttons(instance)
        if instance.movable:  # type: ignore[attr-defined]  # annotated
            there = reverse("members_transfer", args=[instance.pk])
            buttons.append(Button(_("Transfer"), url=there, icon_name="arrow-right", priority=50))
        return buttons

    def get_filename(self) -> str:
        """Return the name of the file that holds the screen."""
        return str(_("Members"))

    @cached_property
    def columns(self) -> list[Column]:
        """Name, number, organization, roles and whether the account is open."""
        name = self._get_title_column_class(users.UserColumn)
        return [
            name(
                "name",
                accessor="name",
                label=_("name of the person"),
                sort_key="name",
                get_url=self.get_edit_url,
            ),
            Column("number", label=_("member number"), sort_key="number"),
            Column("organization", label=_("organization"), sort_key="organization__path"),
            Column("categories", label=_("member categories"), accessor=_names_of_categories),
            Column("roles", label=_("role"), accessor=_names_of_roles),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
        ]


def _names_of_categories(member: Member) -> str:
    return "、".join(tagged.tag.name for tagged in member.category_tags.all())


def _names_of_roles(member: Member) -> str:
    return "、".join(dict.fromkeys(str(role.get_kind_display()) for role in member.roles.all()))


class _KeptMembers(ViewerRecords):
    """Opens the accounts that the viewer keeps, and no others."""

    records_for = staticmethod(members_kept_by)


class MemberCreateView(OrganizationCodes, ViewerForm, users.CreateView):
    """A new member of one of the viewer's organizations."""

    page_title = _("Add a member")


class MemberEditView(OrganizationCodes, ViewerForm, _KeptMembers, users.EditView):
    """A member's account, categories and roles."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Offer to make somebody nameless who has left."""
        if self.object.pk == self.request.user.pk:
            return list(super().header_more_buttons)
        move = Button(
            _("Transfer"),
            url=reverse("members_transfer", args=[self.object.pk]),
            icon_name="arrow-right",
            priority=50,
        )
        there = reverse("members_anonymise", args=[self.object.pk])
        leave = Button(_("Has left: make nameless"), url=there, icon_name="user", priority=60)
        return [*super().header_more_buttons, move, leave]


class MemberDeleteView(CarefulDeletion, _KeptMembers, users.DeleteView):
    """For an account made by mistake; who has hours cannot be deleted, only closed."""


class MemberHistoryView(users.HistoryView):
    """Who changed the account, and when."""

    def get_object(self, queryset: Any = None) -> Member:
        """Return the member if the viewer keeps the account."""
        return get_object_or_404(members_kept_by(self.request.user), pk=self.kwargs["pk"])


class MemberViewSet(users.UserViewSet):
    """Takes the place of Wagtail's users (see `members.apps.UsersAppConfig`)."""

    menu_label = _("Members")
    menu_order = 310
    add_to_settings_menu = False
    add_to_admin_menu = True
    filterset_class = MemberFilterSet
    index_view_class = MemberIndexView
    add_view_class = MemberCreateView
    edit_view_class = MemberEditView
    delete_view_class = MemberDeleteView
    history_view_class = MemberHistoryView
    create_template_name = edit_template_name = "members/admin/member_form.html"
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[MemberForm]:
        """Return the one form for new and known members."""
        return MemberForm

    def get_urlpatterns(self) -> list[Any]:
        """Leave out the page of uses, which shows every name to everybody who sees some."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Link to no page that is left out."""
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": ""}
