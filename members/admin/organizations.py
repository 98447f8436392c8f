"""Organizations and member categories in the editors' site."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets import Button

from members.imports.views import list_buttons
from members.models import ListImport, Member, MemberCategory, Organization, Role
from members.roles.permissions import organizations_of

from .deletion import CarefulDeletion
from .unit_viewsets import UnitCreateView, UnitEditView, UnitIndexView, UnitViewSet


class OrganizationField(forms.ModelChoiceField):
    """Takes an organization's code; the page offers codes and names as one types (`OrganizationCodes`)."""

    default_error_messages = {"invalid_choice": _("No organization that you look after has this code.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organization.objects.none())
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "organizations", "autocomplete": "off"}))
        super().__init__(to_field_name="code", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the code to show; a stored organization comes as its primary key."""
        if isinstance(value, int):
            return Organization.objects.filter(pk=value).values_list("code", flat=True).first()
        return super().prepare_value(value)


class OrganizationForm(forms.ModelForm):
    """Creates nodes below their parent, and moves them, through the tree's own operations."""

    parent = OrganizationField(
        label=_("belongs to"), required=False, help_text=_("The code of the organization above this one.")
    )

    class Meta:
        model = Organization
        fields = ["name", "code", "level"]

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.parent_before = self.instance.get_parent() if self.instance.pk else None
        self.fields["parent"].queryset = organizations_of(  # type: ignore[attr-defined]  # an OrganizationField
            viewer, Role.Kind.ADMINISTRATOR
        )
        self.fields["parent"].initial = self.parent_before
        # The top of an administrator's own part of the tree stays where a superior put it.
        self.top_of_own = bool(self.instance.pk) and (
            self.parent_before is None
            or not self.fields["parent"].queryset.filter(pk=self.parent_before.pk).exists()  # type: ignore[attr-defined]
        )
        if self.top_of_own:
            del self.fields["parent"]

    def clean_code(self) -> str:
        """Return the code; small and capital letters are no difference to whoever types one."""
        code: str = self.cleaned_data["code"]
        if Organization.objects.filter(code__iexact=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another organization has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse shapes that are no tree of district, committees and branches."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        level = data.get("level")
        if self.instance.pk and "level" in self.changed_data:
            self._refuse_level(level)
        if self.top_of_own or "parent" in self.errors or "level" in self.errors:
            return data
        parent = data.get("parent")
        if parent is None:
            if not self.viewer.is_superuser:
                self.add_error("parent", _("Please say which organization this one belongs to."))
            elif level and level != Organization.Level.DISTRICT:
                self.add_error("parent", _("Only a district stands above all others."))
        elif level == Organization.Level.DISTRICT:
            self.add_error("level", _("A district belongs to no other organization."))
        elif parent.level == Organization.Level.BRANCH:
            self.add_error("parent", _("A branch has no organizations below it."))
        elif self.instance.pk and self.instance.contains(parent):
            self.add_error("parent", _("An organization cannot belong to itself or to one below it."))
        return data

    def _refuse_level(self, level: str | None) -> None:
        """Refuse a new level that does not fit what stands below, or above a top that stays in its place."""
        if level == Organization.Level.BRANCH and not self.instance.is_leaf():
            self.add_error("level", _("A branch has no organizations below it."))
        elif self.top_of_own and self.parent_before is None and level != Organization.Level.DISTRICT:
            self.add_error("level", _("Only a district stands above all others."))
        elif self.top_of_own and self.parent_before is not None and level == Organization.Level.DISTRICT:
            self.add_error("level", _("A district belongs to no other organization."))

    def save(self, commit: bool = True) -> Organization:
        """Store the node at its place in the tree."""
        node: Organization = self.instance
        parent = None if self.top_of_own else self.cleaned_data["parent"]
        if node.pk is None:
            return parent.add_child(instance=node) if parent else Organization.add_root(instance=node)
        node.save()
        if not self.top_of_own and parent != self.parent_before:
            node.move(parent, pos="sorted-child")
            node.refresh_from_db()
        return node


class OrganizationCodes:
    """A mixin for views whose form has an `OrganizationField`: offers the codes that the viewer may enter."""

    request: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add code and name of the organizations that the viewer administers."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        own = organizations_of(self.request.user, Role.Kind.ADMINISTRATOR).order_by("path")
        return {**context, "organizations": own.values_list("code", "name")}


class OrganizationIndexView(UnitIndexView):
    """The tree, as far as the viewer holds a role in it."""

    any_permission_required = ["add", "change", "view"]
    default_ordering = "path"
    request: HttpRequest

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Offer to enter a list, to whoever may."""
        offered = list_buttons(self.request.user, ListImport.Kind.ORGANIZATIONS)
        return [*super().header_more_buttons, *offered]

    def get_filename(self) -> str:
        """Return the name of the file that holds the screen."""
        return str(_("Organizations"))

    @cached_property
    def columns(self) -> list[Column]:
        """Names stand in as deep as they lie in the tree."""
        return [
            TitleColumn(
                "name",
                label=_("name"),
                accessor=lambda node: "　" * (node.depth - 1) + node.name,
                get_url=self.get_edit_url,
            ),
            Column("code", label=_("code")),
            Column("level", label=_("level"), accessor="get_level_display"),
        ]


class OrganizationCreateView(OrganizationCodes, UnitCreateView):
    """A new node."""


class OrganizationEditView(OrganizationCodes, UnitEditView):
    """A node's name, code, level and place."""


class MemberCategoryDeleteView(CarefulDeletion, generic.DeleteView):
    """For a type that nothing refers to."""


class OrganizationViewSet(UnitViewSet):
    """Organizations are created, renamed and moved; one is deleted only while nobody belongs to it and it
    stands in no closed year.
    """

    model = Organization
    icon = "site"
    menu_label = _("Organizations")
    index_view_class = OrganizationIndexView
    add_view_class = OrganizationCreateView
    edit_view_class = OrganizationEditView
    form_class = OrganizationForm
    create_template_name = edit_template_name = "members/admin/organization_form.html"
    search_fields = ["name", "code"]

    def records_for(self, viewer: Member) -> QuerySet[Organization]:
        """Return what `viewer` administers."""
        return organizations_of(viewer, Role.Kind.ADMINISTRATOR)

    def listed_for(self, viewer: Member) -> QuerySet[Organization]:
        """Return the viewer's part of the tree, in its order."""
        return organizations_of(viewer).order_by("path")


class MemberCategoryViewSet(ModelViewSet):
    """The managed vocabulary of member categories."""

    model = MemberCategory
    icon = "tag"
    delete_view_class = MemberCategoryDeleteView
    form_fields = ["name", "slug", "icon", "sort_order"]
    list_display = ["name", "slug", "sort_order"]
    copy_view_enabled = False
    add_to_reference_index = False


class OrganizationGroup(ModelViewSetGroup):
    """The menu entry for what is not a person."""

    menu_label = _("Organizations")
    menu_icon = "site"
    menu_order = 320
    items = (OrganizationViewSet, MemberCategoryViewSet)
