"""What follows when members and organizations change or leave, each in the same transaction.

The sums follow whoever moves, changes category or takes a post. What changes people past Django's signals
(`bulk_create`, `update`) sends `members.signals.members_changed`; what is not sent is found and corrected by
the nightly check. Whoever changes what people are counted by takes the lock of the sums before any row: by
`members.signals.members_changing` where rows are locked first, else by what is saved or deleted.

Of a member who leaves, words and files that tell who it was are deleted; the hours stay. While a training or
an objection of the member waits for a decision, the leaving is refused, so that nothing undecided is lost.
Entries of the ledger cannot be changed, so they never hold who it was in the first place (`hours.ledger`).
"""

from collections.abc import Collection
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from members.changes.leaving import LeavingRefusedError
from members.models import Member, MemberCategoryTag, Organization, Role
from members.signals import member_leaving, members_changed, members_changing, organization_moved

from .models import Case, Certificate, CountedMember, Evidence, ExternalTraining, Objection
from .tallies import counting, rows

_COUNTED = {"organization", "organization_id", "is_active"}


@receiver(members_changing)
def lock_sums(**kwargs: Any) -> None:
    """Take the lock of the sums: their rows are written at the end of what begins now."""
    rows.lock()


@receiver(pre_save, sender=Member)
def lock_before_member(raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """Take the lock before a member is stored, if that can change where they are counted."""
    if not raw and (update_fields is None or _COUNTED & update_fields):
        rows.lock()


@receiver([pre_save, pre_delete], sender=MemberCategoryTag)
@receiver([pre_save, pre_delete], sender=Role)
@receiver(pre_save, sender=Organization)
def lock_before_row(raw: bool = False, **kwargs: Any) -> None:
    """Take the lock before a row by which members are counted is stored or deleted."""
    if not raw:
        rows.lock()


@receiver(members_changed)
def count_changed_members(ids: Collection[int], **kwargs: Any) -> None:
    """Count members anew that were changed past Django's signals."""
    counting.count_members(ids)


@receiver(post_save, sender=Member)
def count_saved_member(
    instance: Member, created: bool, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Count a member anew whose organization or account changed."""
    if raw or (update_fields is not None and not _COUNTED & update_fields):
        return
    if created:
        counting.count_new(instance)
        return
    counted = CountedMember.objects.filter(pk=instance.pk).first()
    if counted is None or (counted.organization_id, counted.has_left) != (
        instance.organization_id,
        not instance.is_active,
    ):
        counting.count_members([instance.pk])


@receiver(pre_delete, sender=Member)
def remove_deleted_member(instance: Member, **kwargs: Any) -> None:
    """Take a member out of the sums before the row is deleted."""
    counting.remove_member(instance)


@receiver([post_save, post_delete], sender=MemberCategoryTag)
def count_category_change(instance: MemberCategoryTag, raw: bool = False, **kwargs: Any) -> None:
    """Count a member anew whose categories changed."""
    _count_if_known(instance.content_object_id, raw)


@receiver([post_save, post_delete], sender=Role)
def count_secretary_change(instance: Role, raw: bool = False, **kwargs: Any) -> None:
    """Count a member anew who became a secretary, or is one no more; the kind of a role can change."""
    _count_if_known(instance.member_id, raw)


def _count_if_known(member_id: int, raw: bool) -> None:
    # Somebody who is being deleted is counted no more, but their rows still stand.
    if not raw and CountedMember.objects.filter(pk=member_id).exists():
        counting.count_members([member_id])


@receiver(organization_moved)
def count_moved_organization(
    organization: Organization, before: list[int], after: list[int], **kwargs: Any
) -> None:
    """Let the sums of the units above follow an organization that was moved in the tree."""
    counting.move_organization(organization, before, after)


@receiver(pre_delete, sender=Organization)
def remove_deleted_organization(instance: Organization, **kwargs: Any) -> None:
    """Drop the sums of an organization before its row is deleted."""
    counting.remove_organization(instance)


@receiver(member_leaving)
def delete_personal_traces(member: Member, **kwargs: Any) -> None:
    """Delete words and files of `member`; raise `LeavingRefusedError` while something is undecided."""
    for cases in (ExternalTraining.objects, Objection.objects):
        if cases.filter(member=member, state=Case.State.OPEN).exists():
            raise LeavingRefusedError(
                _(
                    "A training or an objection of this member still waits for a decision. Please have it "
                    "decided first; its evidence goes with the name."
                )
            )
    Objection.objects.filter(member=member).update(text="", answer="")
    ExternalTraining.objects.filter(member=member).update(answer="")
    evidence = Evidence.objects.filter(training__member=member) | Evidence.objects.filter(
        uploaded_by=member, training__isnull=True
    )
    certificates = Certificate.objects.filter(member=member)
    files = [
        name for rows in (evidence, certificates) for name in rows.values_list("stored_as", flat=True) if name
    ]
    # The record of evidence stays as the trace of a decision, without its file, unless it has no training.
    Evidence.objects.filter(training__member=member).update(stored_as="")
    Evidence.objects.filter(uploaded_by=member, training__isnull=True).delete()
    # What it said goes with the PDF; year and hours stay, so that its code can still be checked.
    certificates.update(stored_as="", facts={}, digest="")
    transaction.on_commit(lambda: _delete_files(files))


def _delete_files(files: list[str]) -> None:
    for name in files:
        storages["private"].delete(name)
