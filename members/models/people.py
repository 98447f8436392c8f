"""The member: Guben's user model."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from members.signals import members_changing

from .categories import MemberCategoryTag
from .memberships import Membership
from .organizations import Organization
from .roles import Role

# What stands in the place of the name when somebody has left: the same in every language.
NAMELESS = "***"
# What decides who is counted where, and who may stand on a roll.
_COUNTED = frozenset({"organization", "organization_id", "is_active"})
_FOLLOWED = _COUNTED | {"host_organization", "host_organization_id"}


class MemberQuerySet(models.QuerySet["Member"]):
    """Members, as far as the viewer may see them."""

    def visible_to(self, viewer: "Member | AnonymousUser") -> "MemberQuerySet":
        """Members whose name `viewer` may see: those of the units they answer for or show lessons to.

        Everybody sees themselves. An editor writes for all and needs to see nobody.
        """
        return self._within(viewer, (*Role.RESPONSIBLE, Role.Kind.OPERATOR))

    def records_visible_to(self, viewer: "Member | AnonymousUser") -> "MemberQuerySet":
        """Members whose learning record `viewer` may see: their own units' (by a post), and themselves."""
        return self._within(viewer, Role.RESPONSIBLE)

    def confirmable_at(self, organization: Organization, day: date) -> "MemberQuerySet":
        """Members who may stand on a roll of `organization` for `day`, by unit and name.

        They belonged on that day, or belong now, to it or to a unit below, or it or a unit below hosted them
        while they were away from home. Whoever has moved or whose account was closed since is among them;
        whoever is nameless cannot be named. Home and host may both say that a floating member was there; the
        ledger is kept by the home. Who may take the roll is decided where it is taken.
        """
        path = organization.path
        now = Q(organization__path__startswith=path) | Q(host_organization__path__startswith=path)
        then = Membership.objects.on(day).filter(organization__path__startswith=path)
        return (
            self.filter(now & Q(is_active=True) | Q(pk__in=then.values("member")))
            .exclude(name=NAMELESS)
            .select_related("organization", "host_organization")
            .order_by("organization__path", "name", "number")
        )

    def update(self, **kwargs: Any) -> int:
        """Update; where that says who belongs where, those who count are told first, the history follows."""
        if not _FOLLOWED & kwargs.keys():
            return super().update(**kwargs)
        with transaction.atomic():
            if _COUNTED & kwargs.keys():
                members_changing.send(Member)
            ids = list(self.order_by().values_list("pk", flat=True))
            rows = super().update(**kwargs)
            Membership.objects.follow(ids)
        return rows

    update.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Create members at once; their history begins."""
        with transaction.atomic():
            members_changing.send(Member)
            created = super().bulk_create(objs, *args, **kwargs)
            Membership.objects.begin(created)
        return created

    def _within(self, viewer: "Member | AnonymousUser", kinds: tuple[str, ...]) -> "MemberQuerySet":
        """Members below the nodes where `viewer` holds a role of `kinds`, and `viewer`."""
        if not isinstance(viewer, Member) or not viewer.is_active:
            return self.none()
        if viewer.rights_withheld:
            return self.filter(pk=viewer.pk)
        if viewer.is_superuser:
            return self
        allowed = Q(pk=viewer.pk)
        for path in viewer.roles.filter(kind__in=kinds).values_list("organization__path", flat=True):
            allowed |= Q(organization__path__startswith=path)
        return self.filter(allowed)


class MemberManager(BaseUserManager["Member"]):
    """Creates members with a hashed password."""

    def get_queryset(self) -> MemberQuerySet:
        """Return members as a queryset that knows `visible_to`."""
        return MemberQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: "Member | AnonymousUser") -> MemberQuerySet:
        """See `MemberQuerySet.visible_to`."""
        return self.get_queryset().visible_to(viewer)

    def records_visible_to(self, viewer: "Member | AnonymousUser") -> MemberQuerySet:
        """See `MemberQuerySet.records_visible_to`."""
        return self.get_queryset().records_visible_to(viewer)

    def confirmable_at(self, organization: Organization, day: date) -> MemberQuerySet:
        """See `MemberQuerySet.confirmable_at`."""
        return self.get_queryset().confirmable_at(organization, day)

    def create_user(self, number: str, password: str | None = None, **fields: Any) -> "Member":
        """Create a member with the member number `number`; without a password nobody can sign in as them."""
        member = self.model(number=number, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, number: str, password: str | None = None, **fields: Any) -> "Member":
        """Create a member who may do everything."""
        return self.create_user(number, password, is_staff=True, is_superuser=True, **fields)


class Member(AbstractUser):
    """A person who studies, teaches or keeps the site. Signs in by member number or phone."""

    # So Django leaves a base class's field out; its stubs know only the fields' types.
    username = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    number = models.CharField(
        _("member number"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Za-z]+$", _("Digits and Latin letters only."))],
    )
    phone = models.CharField(
        _("phone"),
        max_length=11,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^1\d{10}$", _("A mobile number has 11 digits and begins with 1."))],
    )
    name = models.CharField(_("name of the person"), max_length=60)
    born_on = models.DateField(
        _("date of birth"),
        null=True,
        blank=True,
        help_text=_("Only where requirements depend on age. The first of the month if no more is known."),
    )
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        related_name="members",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    host_organization = models.ForeignKey(
        Organization,
        verbose_name=_("host organization"),
        help_text=_("Where a floating member takes part while away from home."),
        related_name="hosted_members",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    # The secrets are rows of django-allauth's `Authenticator`; see `members.accounts.second_factor`.
    second_factor_at = models.DateTimeField(
        _("two-step sign-in since"), null=True, blank=True, editable=False
    )
    categories = TaggableManager(
        _("member categories"), through=MemberCategoryTag, blank=True, related_name="members"
    )

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS = ["name"]

    objects: ClassVar[MemberManager] = MemberManager()  # type: ignore[assignment]  # no `username` here

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["number"]

    def __str__(self) -> str:
        return gettext("Left") if self.name == NAMELESS else self.name

    def save(self, **kwargs: Any) -> None:
        """Store the member; the history of where they belong follows."""
        written = kwargs.get("update_fields")
        if written is not None and not _FOLLOWED & set(written):
            super().save(**kwargs)
            return
        new = self._state.adding
        with transaction.atomic():
            super().save(**kwargs)
            if new:
                Membership.objects.begin([self])
            else:
                Membership.objects.follow([self.pk])

    def get_full_name(self) -> str:
        """Return the person's name as written in Chinese: family name first, no space."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the person's name; Chinese has no shorter polite form."""
        return str(self)

    def is_guest_of(self, organization: Organization) -> bool:
        """Return whether the member's own unit lies outside `organization`."""
        return self.organization is None or not self.organization.path.startswith(organization.path)

    def is_hosted_by(self, organization: Organization) -> bool:
        """Return whether `organization` or a unit below it hosts the member now."""
        return self.host_organization is not None and organization.contains(self.host_organization)

    @property
    def rights_withheld(self) -> bool:
        """Whether roles give nothing for now: the district asks for a second factor, and none is on.

        For a member without roles there is nothing to withhold.
        """
        return settings.MEMBERS_STAFF_SECOND_FACTOR != "may" and self.second_factor_at is None

    # Wagtail's admin and Django's permissions ask these, also of a superuser.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Return whether a group or being a superuser gives `perm`, unless rights are withheld."""
        return not self.rights_withheld and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether there is any permission in the app, unless rights are withheld."""
        return not self.rights_withheld and super().has_module_perms(app_label)

    # Wagtail greets by `first_name`; as a property it also leaves the base class's field out.
    first_name = property(get_short_name)
