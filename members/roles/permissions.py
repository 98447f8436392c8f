"""Who may do what for which organization. The one place where a role is turned into a right.

A role is held for a node of the tree and for everything below it. A superuser may do everything; somebody
who is not signed in, or whose account is closed, may do nothing. Where the district asks its staff for a
second factor, a role gives nothing until there is one.
"""

from collections.abc import Iterable
from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import Member, MemberQuerySet, Organization, Role


class NotResponsibleError(Exception):
    """Somebody acts on a member for whom they may not do that."""


def _in_office(viewer: Member | AnonymousUser) -> TypeGuard[Member]:
    """Return whether what `viewer` holds counts: the account is open, the factor on if it must be."""
    return isinstance(viewer, Member) and viewer.is_active and not viewer.rights_withheld


def holds_office(member: Member) -> bool:
    """Return whether `member` may do more than a member: by a role, a group or as a superuser.

    It is so whether or not the rights are withheld for want of a second factor.
    """
    return member.is_superuser or member.roles.exists() or member.groups.exists()


def may(
    viewer: Member | AnonymousUser, kinds: str | Iterable[str], organization: Organization | None
) -> bool:
    """Return whether `viewer` holds a role of one of `kinds` at `organization` or above it.

    For `None` (a member who belongs to no organization) only a superuser may act.
    """
    if not _in_office(viewer):
        return False
    if viewer.is_superuser:
        return True
    if organization is None:
        return False
    step = Organization.steplen
    path = organization.path
    at_or_above = [path[:end] for end in range(step, len(path) + 1, step)]
    wanted = [kinds] if isinstance(kinds, str) else list(kinds)
    return viewer.roles.filter(kind__in=wanted, organization__path__in=at_or_above).exists()


def organizations_of(viewer: Member | AnonymousUser, *kinds: str) -> QuerySet[Organization]:
    """Return the organizations for which `viewer` holds a role of `kinds`, those below included.

    Without `kinds` every role counts.
    """
    if not _in_office(viewer):
        return Organization.objects.none()
    if viewer.is_superuser:
        return Organization.objects.all()
    roles = viewer.roles.filter(kind__in=kinds) if kinds else viewer.roles.all()
    below = Q(pk__in=[])
    for path in roles.values_list("organization__path", flat=True):
        below |= Q(path__startswith=path)
    return Organization.objects.filter(below)


def administers_everything(viewer: Member | AnonymousUser) -> bool:
    """Return whether `viewer` administers the whole tree, from the top."""
    if not _in_office(viewer):
        return False
    top = viewer.roles.filter(kind=Role.Kind.ADMINISTRATOR, organization__depth=1)
    return viewer.is_superuser or top.exists()


# Whose holders a role may help to a new password. Whoever issues a code could use it, so nobody helps the
# holder of a role that may do more than their own.
_HELPS = {
    Role.Kind.SECRETARY: (Role.Kind.SECRETARY,),
    Role.Kind.OFFICER: (Role.Kind.OFFICER, Role.Kind.SECRETARY, Role.Kind.OPERATOR),
    Role.Kind.ADMINISTRATOR: tuple(Role.Kind.values),
}


def members_helped_by(viewer: Member | AnonymousUser) -> MemberQuerySet:
    """Return the members of their own units to whom `viewer` may issue a login code.

    Not themselves, nobody whose account is closed, no superuser, and no holder of a role that `viewer` does
    not stand above.
    """
    members = Member.objects.get_queryset().filter(is_active=True)
    if not _in_office(viewer):
        return members.none()
    members = members.exclude(pk=viewer.pk)
    if viewer.is_superuser:
        return members
    own, covered = Q(pk__in=[]), Q(pk__in=[])
    for kind, path in viewer.roles.filter(kind__in=_HELPS).values_list("kind", "organization__path"):
        own |= Q(organization__path__startswith=path)
        covered |= Q(kind__in=_HELPS[Role.Kind(kind)], organization__path__startswith=path)
    beyond = Role.objects.filter(member=OuterRef("pk")).exclude(covered)
    return members.filter(own, ~Exists(beyond), is_superuser=False)


def members_reset_by(viewer: Member | AnonymousUser) -> MemberQuerySet:
    """Return the members whose second factor `viewer` may take away: an administrator of the whole district.

    Others who issue codes may not: with a code and without the factor they could sign in as that person.
    """
    helped = members_helped_by(viewer)
    return helped if administers_everything(viewer) else helped.none()


def members_kept_by(viewer: Member | AnonymousUser) -> MemberQuerySet:
    """Return the members whose account `viewer` may change, as an administrator of their organization.

    Whoever can set a password can act in that person's name. So nobody keeps the account of somebody who may
    do more: a superuser, or the holder of a role outside the keeper's own part of the tree.
    """
    members = Member.objects.get_queryset()
    if _in_office(viewer) and viewer.is_superuser:
        return members
    own = organizations_of(viewer, Role.Kind.ADMINISTRATOR)
    beyond = Role.objects.filter(member=OuterRef("pk")).exclude(organization__in=own)
    return members.filter(~Exists(beyond), organization__in=own, is_superuser=False)


def units_moved_within(viewer: Member | AnonymousUser) -> QuerySet[Organization]:
    """Return the organizations from and to which `viewer` may move members: those they are over."""
    return organizations_of(viewer, Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR)


def members_moved_by(viewer: Member | AnonymousUser) -> MemberQuerySet:
    """Return the members whom `viewer` may move to another organization (see `members.changes.transfer`).

    Those of the organizations they are over, but nobody who may do more than them, as in `members_kept_by`.
    """
    members = Member.objects.get_queryset()
    if _in_office(viewer) and viewer.is_superuser:
        return members
    own = units_moved_within(viewer)
    beyond = Role.objects.filter(member=OuterRef("pk")).exclude(organization__in=own)
    return members.filter(~Exists(beyond), organization__in=own, is_superuser=False)


def members_certified_by(viewer: Member | AnonymousUser) -> MemberQuerySet:
    """Return the members for whom `viewer` may issue and fetch certificates of hours.

    Themselves, and by a post the members of their units: those whose record they may see. Who has left gets
    none.
    """
    return Member.objects.records_visible_to(viewer).filter(is_active=True)


def own_units(viewer: Member | AnonymousUser, *kinds: str) -> QuerySet[Organization]:
    """Return the organizations at which `viewer` holds a role of `kinds`, without those below.

    A superuser's own are all.
    """
    if not _in_office(viewer):
        return Organization.objects.none()
    if viewer.is_superuser:
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=viewer.roles.filter(kind__in=kinds).values("organization"))
