"""What a role opens in the editors' site: its holder joins the groups that Wagtail's permissions name.

An editor of the district joins "Editors", one of a committee or branch "Unit editors"; an administrator
"Moderators" or "Unit administrators" in the same way; whoever answers for a unit "Responsible". Groups follow
the roles: whoever loses the last role of a kind leaves its group. Groups that no role stands for are left
alone.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from members.models import Member, Role

# For each group the kinds of role, and whether they must be held for the whole district (True), for a part of
# it (False), or for either (None). What belongs to all is changed by those alone who answer for all.
GROUPS: dict[str, tuple[tuple[str, ...], bool | None]] = {
    "Editors": ((Role.Kind.EDITOR,), True),
    "Unit editors": ((Role.Kind.EDITOR,), False),
    "Moderators": ((Role.Kind.ADMINISTRATOR,), True),
    "Unit administrators": ((Role.Kind.ADMINISTRATOR,), False),
    "Responsible": (Role.RESPONSIBLE, None),
}


def keep_groups(member: Member) -> None:
    """Bring the groups of `member` in line with their roles."""
    held = {(kind, depth == 1) for kind, depth in member.roles.values_list("kind", "organization__depth")}
    due = [
        name
        for name, (kinds, whole) in GROUPS.items()
        if any(kind in kinds and whole in (None, at_top) for kind, at_top in held)
    ]
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
