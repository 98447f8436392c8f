"""Who may do what for which organization. The one place where a role is turned into a right.

A role is held for a node of the tree and for everything below it. A superuser may do everything; somebody
who is not signed in, or whose account is closed, may do nothing.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Member, MemberQuerySet, Organization, Role


def may(
    viewer: Member | AnonymousUser, kinds: str | Iterable[str], organization: Organization | None
) -> bool:
    """Return whether `viewer` holds a role of one of `kinds` at `organization` or above it.

    For `None` (a member who belongs to no organization) only a superuser may act.
    """
    if not isinstance(viewer, Member) or not viewer.is_active:
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
    if not isinstance(viewer, Member) or not viewer.is_active:
        return Organization.objects.none()
    if viewer.is_superuser:
        return Organization.objects.all()
    roles = viewer.roles.filter(kind__in=kinds) if kinds else viewer.roles.all()
    below = Q(pk__in=[])
    for path in roles.values_list("organization__path", flat=True):
        below |= Q(path__startswith=path)
    return Organization.objects.filter(below)


def members_kept_by(viewer: Member | AnonymousUser) -> MemberQuerySet:
    """Return the members whose account `viewer` may change, as an administrator of their organization.

    Whoever can set a password can act in that person's name. So nobody keeps the account of somebody who may
    do more: a superuser, or the holder of a role outside the keeper's own part of the tree.
    """
    members = Member.objects.get_queryset()
    if isinstance(viewer, Member) and viewer.is_active and viewer.is_superuser:
        return members
    own = organizations_of(viewer, Role.Kind.ADMINISTRATOR)
    beyond = Role.objects.filter(member=OuterRef("pk")).exclude(organization__in=own)
    return members.filter(~Exists(beyond), organization__in=own, is_superuser=False)
