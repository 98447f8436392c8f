"""The form with which an administrator keeps a member's account, categories and roles."""

from typing import Any

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.users.forms import UserForm

from members.accounts.forms import tidy_number
from members.accounts.login_codes import void_code
from members.changes.transfer import transfer
from members.models import Member, MemberCategory, MemberQuerySet, Organization, Role
from members.roles.permissions import organizations_of
from members.signals import members_changing

from .organizations import OrganizationField


class RoleForm(forms.ModelForm):
    """One role and the organization it is held for."""

    organization = OrganizationField(label=_("for the organization"))

    class Meta:
        model = Role
        fields = ["kind", "organization"]


RoleFormSet = inlineformset_factory(Member, Role, form=RoleForm, extra=2, can_delete=True)


class MemberForm(UserForm):
    """Wagtail's user form, with what we keep of a member in place of given and family name."""

    password_required = False
    # So Django leaves out fields that the base form declares.
    email = first_name = last_name = is_superuser = None

    organization = OrganizationField(
        label=_("organization"), required=False, help_text=_("Type the code or a part of the name.")
    )
    host_organization = OrganizationField(
        label=_("host organization"),
        required=False,
        help_text=_("Where a floating member takes part while away from home."),
    )
    categories = forms.ModelMultipleChoiceField(
        MemberCategory.objects.all(),
        label=_("member categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Member
        fields = ["number", "name", "phone", "born_on", "organization", "host_organization", "is_active"]
        widgets = {"born_on": AdminDateInput}

    field_order = [
        "number",
        "name",
        "phone",
        "organization",
        "host_organization",
        "categories",
        "born_on",
    ]

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        viewer: Member,
        editing_self: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.viewer = viewer
        self.has_new_password = False
        for field in self.fields.values():
            field.label = capfirst(field.label)
        own = organizations_of(viewer, Role.Kind.ADMINISTRATOR)
        self.fields["organization"].queryset = own
        self.fields["organization"].required = not viewer.is_superuser
        # A floating member's host may lie anywhere in the tree.
        self.fields["host_organization"].queryset = Organization.objects.all()
        self.fields["phone"].empty_value = None
        if self.instance.pk is None or editing_self:
            del self.fields["is_active"]
        if self.instance.pk:
            self.fields["categories"].initial = self.instance.categories.all()
        else:
            self.fields["password1"].help_text = _("Empty: the member cannot sign in yet.")
        held = Role.objects.filter(organization__in=own)
        self.roles: BaseInlineFormSet[Role, Member, RoleForm] = RoleFormSet(
            data, instance=self.instance, queryset=held, prefix="roles"
        )
        for form in self.roles.forms:
            form.fields["organization"].queryset = own  # type: ignore[attr-defined]  # an OrganizationField

    def clean_number(self) -> str:
        """Return the number as sign-in looks it up; it must not be another's phone."""
        number = tidy_number(self.cleaned_data["number"])
        if self._others().filter(phone=number).exists():
            raise forms.ValidationError(_("Somebody else has this as phone, and signs in by it."))
        return number

    def clean_phone(self) -> str | None:
        """Return the phone; it must not be another's member number."""
        phone: str | None = self.cleaned_data["phone"]
        if phone and self._others().filter(number=phone).exists():
            raise forms.ValidationError(_("Somebody else has this as member number, and signs in by it."))
        return phone

    def _others(self) -> MemberQuerySet:
        return Member.objects.get_queryset().exclude(pk=self.instance.pk)

    def is_valid(self) -> bool:
        """Return whether the account and every row of roles can be stored.

        Hashes a new password already: that is slow on purpose, and `save` runs in a transaction.
        """
        if not (super().is_valid() and self.roles.is_valid()):
            return False
        if password := self.cleaned_data.pop("password1", ""):
            self.instance.set_password(password)
            self.has_new_password = True
        self.cleaned_data["password1"] = ""
        return True

    def save(self, commit: bool = True) -> Member:
        """Store account, categories and roles; the groups follow the roles."""
        members_changing.send(sender=Member)
        if self.instance.pk is None and not self.has_new_password:
            self.instance.set_unusable_password()
        to = self.instance.organization
        if self.instance.pk is not None and "organization" in self.changed_data:
            self.instance.organization_id = self.initial["organization"]  # the transfer says where it was
        member: Member = super().save(commit)
        if self.has_new_password:
            void_code(member)
        if member.organization != to:
            transfer(member, to, by=self.viewer)
        member.categories.set(self.cleaned_data["categories"])
        self.roles.instance = member
        self.roles.save()
        return member
