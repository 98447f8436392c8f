"""What a role opens in the editors' site: its holder joins the groups that Wagtail's permissions name.

An editor joins "Editors", an administrator "Moderators", and whoever answers for a unit "Responsible". Groups
follow the roles: whoever loses the last role of a kind leaves its group. Groups that no role stands for
are left alone.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .models import Member, Role

GROUPS = {
    "Editors": (Role.Kind.EDITOR,),
    "Moderators": (Role.Kind.ADMINISTRATOR,),
    "Responsible": Role.RESPONSIBLE,
}


def keep_groups(member: Member) -> None:
    """Bring the groups of `member` in line with their roles."""
    kinds = set(member.roles.values_list("kind", flat=True))
    due = [name for name, by in GROUPS.items() if kinds.intersection(by)]
    over = [name for name in GROUPS if name not in due]
    member.groups.add(*Group.objects.filter(name__in=due))
    member.groups.remove(*Group.objects.filter(name__in=over))


# Signals, because a role also goes with its organization, by a cascade that calls no method of ours.
@receiver(post_save, sender=Role)
def _granted(instance: Role, raw: bool, **kwargs: Any) -> None:
    if not raw:
        keep_groups(instance.member)


@receiver(post_delete, sender=Role)
def _taken_away(instance: Role, **kwargs: Any) -> None:
    member = Member.objects.filter(pk=instance.member_id).first()
    if member:
        keep_groups(member)
