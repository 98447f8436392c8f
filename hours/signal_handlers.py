"""Hears of members and organizations that change, so that the sums follow them in the same transaction.

What changes people past Django's signals (`bulk_create`, `update`) says so by
`members.signals.members_changed`; what nobody says is found and mended by the nightly check.
"""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver

from members.models import Member, MemberCategoryTag, Organization, Role
from members.signals import members_changed, organization_moved

from .models import CountedMember
from .tallies import counting


@receiver(members_changed)
def _several(ids: Collection[int], **kwargs: Any) -> None:
    counting.settle(ids)


@receiver(post_save, sender=Member)
def _saved(
    instance: Member, created: bool, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    if raw or (
        update_fields is not None and not {"organization", "organization_id", "is_active"} & update_fields
    ):
        return
    counted = None if created else CountedMember.objects.filter(pk=instance.pk).first()
    if counted is None or (counted.organization_id, counted.has_left) != (
        instance.organization_id,
        not instance.is_active,
    ):
        counting.settle([instance.pk])


@receiver(pre_delete, sender=Member)
def _going(instance: Member, **kwargs: Any) -> None:
    counting.forget(instance)


@receiver([post_save, post_delete], sender=MemberCategoryTag)
def _category(instance: MemberCategoryTag, raw: bool = False, **kwargs: Any) -> None:
    _settle_if_known(instance.content_object_id, raw)


@receiver([post_save, post_delete], sender=Role)
def _post(instance: Role, raw: bool = False, **kwargs: Any) -> None:
    if instance.kind == Role.Kind.SECRETARY:
        _settle_if_known(instance.member_id, raw)


def _settle_if_known(member_id: int, raw: bool) -> None:
    # Somebody who is being deleted is counted no more, but their rows still stand.
    if not raw and CountedMember.objects.filter(pk=member_id).exists():
        counting.settle([member_id])


@receiver(organization_moved)
def _moved(organization: Organization, before: list[int], after: list[int], **kwargs: Any) -> None:
    counting.carry_over(organization, before, after)


@receiver(pre_delete, sender=Organization)
def _closing(instance: Organization, **kwargs: Any) -> None:
    counting.forget_organization(instance)
