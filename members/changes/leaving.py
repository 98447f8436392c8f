"""When somebody leaves: who it was goes, what was learned stays, so that no total changes.

Number, name, phone and day of birth go, wherever this app wrote them, with roles, passwords and codes. The
ledger's rows stay with the nameless account, and so do organization and categories: totals count by them. The
history of where the member belonged stays as well; it holds no name. What stands in the name's place is the
same whoever asked; pages show it in the reader's language.
"""

from datetime import date

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from members.models import NAMELESS, ImportRow, ListImport, LoginCode, Member
from members.roles.permissions import NotResponsibleError, members_kept_by
from members.signals import member_leaving, members_changing


class LeavingRefusedError(Exception):
    """Something of this member is still needed under their name; the message is a sentence for the user."""


def anonymise(member: Member, *, by: Member) -> None:
    """Take away who `member` was, for good. Raises NotResponsibleError unless `by` keeps the account.

    The apps above forget what they keep (`member_leaving`) or raise `LeavingRefusedError`. The year of birth
    stays, without the day: requirements of past years depend on the age.
    """
    if member.pk == by.pk or not members_kept_by(by).filter(pk=member.pk).exists():
        raise NotResponsibleError
    with transaction.atomic():
        members_changing.send(sender=Member)
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        member_leaving.send(sender=Member, member=member)
        log(member, "members.anonymise", user=by)
        known = [text for text in (member.number, member.phone) if text]
        _forget_elsewhere(member, known)
        member.roles.all().delete()
        member.number, member.name, member.phone, member.email = f"LEFT{member.pk}", NAMELESS, None, ""
        member.born_on = member.born_on and date(member.born_on.year, 1, 1)
        member.host_organization, member.is_active = None, False
        member.second_factor_at = None
        # A new password, even one that nobody has, ends every session.
        member.set_unusable_password()
        member.save()


def _forget_elsewhere(member: Member, known: list[str]) -> None:
    """Remove the person from logs, uploaded lists, codes and counted wrong passwords."""
    ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Member), object_id=str(member.pk)
    ).update(label=NAMELESS, data={})
    ImportRow.objects.filter(
        key__in=[*known, f"{member.name}@{getattr(member.organization, 'code', '')}"]
    ).delete()
    ImportRow.objects.filter(phone__in=known).delete()
    ListImport.objects.filter(uploaded_by=member).delete()
    LoginCode.objects.filter(member=member).delete()
    Authenticator.objects.filter(user=member).delete()
    for attempts in (AccessAttempt, AccessFailureLog):
        attempts.objects.filter(username__in=known).delete()
