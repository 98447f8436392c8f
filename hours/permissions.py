"""Who may do what with the ledger. Who may see it: `CreditEntry.objects.visible_to`."""

from django.contrib.auth.models import AnonymousUser

from members.models import Member, Role
from members.roles.permissions import may

from .models import Case, Certificate, CreditEntry


def may_reverse(viewer: Member | AnonymousUser, entry: CreditEntry) -> bool:
    """Return whether `viewer` may take these hours back: an officer or administrator above the member."""
    return may(viewer, (Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR), entry.member.organization)


def may_decide(viewer: Member | AnonymousUser, case: Case) -> bool:
    """Return whether `viewer` may decide `case`: an officer or administrator above; never one's own."""
    if case.member_id == viewer.pk:
        return False
    return may(viewer, (Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR), case.member.organization)


def may_revoke(viewer: Member | AnonymousUser, certificate: Certificate) -> bool:
    """Return whether `viewer` may revoke it: an officer or administrator above; never one's own."""
    if certificate.member_id == viewer.pk:
        return False
    return may(viewer, (Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR), certificate.member.organization)
