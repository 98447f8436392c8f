"""Moving members to another organization: the one function for forms, lists and screens.

Who answers for both places moves them: an officer or administrator at or above the organization they leave
and the one they come to (`permissions.members_moved_by`, `units_moved_within`). To the branch of another
committee that is somebody of the district; nobody takes members in or sends them away on one side alone.

Hours and everything that has a member stay with the member; the sums of the statistics follow
(`members_changed`), those of closed years stand still. A floating member who comes home to the host has no
host any more. Roles are left as they are: whoever gives them takes them. Each move is logged.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member, Organization
from members.roles.permissions import members_moved_by, units_moved_within
from members.signals import members_changed, members_changing

from .log import log_all

ACTION = "members.transfer"


class TransferRefusedError(Exception):
    """Nobody was moved; the message is a sentence for the person who asked."""


@dataclass(frozen=True)
class Move:
    """A member and where to. None stands for no organization, which only a superuser may leave or give."""

    member: Member
    to: Organization | None


def transfer(member: Member, to: Organization | None, *, by: Member) -> None:
    """Move `member` to `to`; logged. Raises `TransferRefusedError`."""
    move_all([Move(member, to)], by=by)


def move_all(moves: Collection[Move], *, by: Member, source: str = "") -> None:
    """Carry out all `moves` or none, in a constant number of queries; each is logged.

    `source` is the file that they come from. The members given are brought up to date. Raises
    `TransferRefusedError` if `by` may not make one of them, or somebody belongs there already.
    """
    if not moves:
        return
    with transaction.atomic():
        members_changing.send(sender=Member)
        stored = Member.objects.get_queryset().select_for_update(of=("self",), no_key=True)
        wanted = stored.filter(pk__in=[move.member.pk for move in moves]).select_related("organization")
        before = {member.pk: member for member in wanted.order_by("pk")}
        _refuse(moves, before, by)
        entries, moved = [], []
        for move in moves:
            member, was = move.member, before[move.member.pk]
            came_home = move.to is not None and was.host_organization_id == move.to.pk
            facts = _facts(was.organization, move.to, came_home=came_home, source=source)
            entries.append((member, ACTION, facts))
            member.organization = was.organization = move.to
            if came_home:
                member.host_organization = was.host_organization = None
            moved.append(was)
        Member.objects.bulk_update(moved, ["organization", "host_organization"])
        log_all(entries, by=by)
        members_changed.send(sender=Member, ids=[member.pk for member in moved])


def _refuse(moves: Collection[Move], before: dict[int, Member], by: Member) -> None:
    movable = set(members_moved_by(by).filter(pk__in=before).values_list("pk", flat=True))
    wanted = {move.to.pk for move in moves if move.to}
    open_to = set(units_moved_within(by).filter(pk__in=wanted).values_list("pk", flat=True))
    for move in moves:
        was = before.get(move.member.pk)
        inside = move.to.pk in open_to if move.to else by.is_superuser
        if was is None or was.pk not in movable or not inside:
            raise TransferRefusedError(
                _(
                    "Only who answers for both organizations, as officer or administrator of them or above "
                    "them, can move a member. Please ask the level above."
                )
            )
        if was.organization_id == (move.to and move.to.pk):
            raise TransferRefusedError(_("This member belongs to that organization already."))


def _facts(
    was: Organization | None, to: Organization | None, *, came_home: bool, source: str
) -> dict[str, object]:
    facts: dict[str, object] = {
        name: [unit.code, unit.name] if unit else None for name, unit in (("from", was), ("to", to))
    }
    return facts | {"came_home": came_home} | ({"source": source} if source else {})
