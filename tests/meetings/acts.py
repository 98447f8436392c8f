"""Everything that can touch one roll or one person at the same time, each as one act for a thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from hours import ledger
from hours.ledger import ReversalRefusedError
from lectures import watching
from lectures.models import Lecture, WatchSession
from meetings.attendance.refusals import RollRefusedError
from meetings.attendance.roll import Ticks
from meetings.models import Session
from meetings.sessions import correcting
from meetings.sessions.entering import add_present, enter
from members.changes.leaving import LeavingRefusedError, anonymise
from members.changes.transfer import TransferRefusedError, transfer
from members.imports import lifecycle
from members.models import ListImport, Member, MemberCategory, Organization, Role
from members.roles.permissions import NotResponsibleError
from stations.models import Screening, Station
from stations.roll import take_roll
from stations.screenings import record, start_screening
from tests import builders
from tests.lectures.films import make_film_lecture
from tests.members import lists
from tests.members.viewers import form_of

from .rolls import ids, meeting

BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
# What somebody may be told because another was faster. Anything else is a fault.
REFUSALS = (
    RollRefusedError,
    TransferRefusedError,
    LeavingRefusedError,
    NotResponsibleError,
    ReversalRefusedError,
)
_number = count(1)


@dataclass
class World:
    """Two branches, those who answer for them, and what all acts of one round meet in."""

    branch: Organization
    other: Organization
    committees: list[Organization]
    secretary: Member
    chief: Member
    chief_s_browser: Client
    station: Station
    people: list[Member] = field(default_factory=list)
    leaver: Member = field(default_factory=Member)
    session: Session = field(default_factory=Session)
    screening: Screening = field(default_factory=Screening)
    shown: Screening = field(default_factory=Screening)
    source: ListImport = field(default_factory=ListImport)
    lecture: Lecture = field(default_factory=Lecture)
    player: watching.PlayToken = field(default_factory=lambda: watching.PlayToken(uuid4(), 0))

    def renew(self) -> None:
        """Make what the acts of the next round meet in."""
        n, now = next(_number), timezone.now() - timedelta(days=1)
        self.people = list(Member.objects.filter(pk__in=ids(*self.people)))
        self.leaver = builders.make_member(self.branch)
        held = meeting(self.branch, now + timedelta(minutes=n), title=f"第{n}次")
        self.session = enter(self.secretary, held, ids(*self.people, self.leaver))
        film = make_film_lecture(60, f"第{n}部", credit_minutes=45)
        showing = start_screening(self.station, film, now + timedelta(hours=2, minutes=2 * n))
        self.screening = record(showing, [[0, 60]], showing.opened_at + timedelta(seconds=60), 60)
        self.lecture = make_film_lecture(60, f"又一部{n}", credit_minutes=45)
        self.shown = start_screening(self.station, self.lecture, now + timedelta(hours=9, minutes=2 * n))
        everybody = ids(*self.people, self.leaver)
        take_roll(self.shown, self.chief, Ticks(everybody), shown=everybody)
        begun = watching.open_session(self.people[0], self.lecture, now + timedelta(hours=12, minutes=2 * n))
        self.player = watching.PlayToken(begun.pk, self.people[0].pk)
        to = self.other if self.people[1].organization == self.branch else self.branch
        rows = [["党员编号", "党支部", "党员类型"], [self.people[1].number, to.code, "农村党员"]]
        self.source = lifecycle.start("members", lists.text(rows), "名单.csv", by=self.chief, language="en")
        for step in (lifecycle.read, lifecycle.confirm):
            step(self.source)
            self.source.refresh_from_db()


def make_world() -> World:
    """Make both branches and the people whom everything is about."""
    district = builders.make_district()
    branch = builders.make_branch(district)
    other = builders.make_branch(district, "第二支部")
    secretary, chief = builders.make_member(branch), builders.make_member(district)
    builders.make_role(secretary, branch, "secretary")
    builders.make_role(chief, district, "administrator")
    browser = Client()
    browser.force_login(chief, backend=BACKEND)
    return World(
        branch=branch,
        other=other,
        committees=[unit.get_parent() for unit in (branch, other)],
        secretary=secretary,
        chief=chief,
        chief_s_browser=browser,
        station=Station.objects.create(name="站点", code="s", organization=branch),
        people=[builders.make_member(branch, "rural") for _ in range(4)],
    )


def credit(world: World) -> None:
    """Credit each person with a lesson of their own, as a film watched does."""
    for person in reversed(world.people):
        ledger.credit(
            person,
            lecture_key=uuid4(),
            title="春耕",
            minutes=45,
            delivery_kind="online",
            earned_on=timezone.localdate(),
            basis={},
        )


def enter_meeting(world: World) -> None:
    """Enter a meeting with everybody."""
    begun = timezone.now() - timedelta(days=2, minutes=next(_number))
    enter(world.secretary, meeting(world.branch, begun, title="另一次"), ids(*reversed(world.people)))


def add_to_meeting(world: World) -> None:
    """Tick everybody on the roll that is there, and the station's chief besides."""
    add_present(world.session, world.secretary, Ticks(ids(*world.people, world.leaver)))


def correct_meeting(world: World) -> None:
    """Correct its minutes."""
    held = meeting(world.branch, world.session.starts_at, title=world.session.title, minutes=45)
    correcting.correct(world.secretary, world.session, held, "分钟数填错了", seen_at=None)


def withdraw_meeting(world: World) -> None:
    """Withdraw it."""
    correcting.withdraw(world.secretary, world.session, "没有开会")


def take_station_roll(world: World) -> None:
    """Tick everybody in the station's room."""
    everybody = ids(*world.people, world.leaver)
    take_roll(world.screening, world.chief, Ticks(everybody), shown=everybody)


def finish_showing(world: World) -> None:
    """Report the end of the film in the station's room, which credits everybody who was ticked."""
    record(world.shown, [[0, 60]], world.shown.opened_at + timedelta(seconds=60), 60)


def finish_watching(world: World) -> None:
    """Report the end of a film that somebody watched alone."""
    ended = WatchSession.objects.get(pk=world.player.session_id).opened_at + timedelta(seconds=60)
    watching.record(world.player, [[0, 60]], 60, 1, ended)


def begin_watching(world: World) -> None:
    """Begin it once more on another device, which ends the first session."""
    watching.open_session(world.people[0], world.lecture, timezone.now())


def move(world: World) -> None:
    """Move somebody to the other branch, or back."""
    person = Member.objects.select_related("organization").get(pk=world.people[0].pk)
    transfer(person, world.other if person.organization == world.branch else world.branch, by=world.chief)


def leave(world: World) -> None:
    """Make somebody nameless."""
    anonymise(world.leaver, by=world.chief)


def change_role(world: World) -> None:
    """Make somebody a secretary, or take the post away."""
    held: dict[str, Any] = {"member": world.people[2], "organization": world.branch, "kind": "secretary"}
    _role, new = Role.objects.get_or_create(**held)
    if not new:
        Role.objects.filter(**held).delete()


def change_categories(world: World) -> None:
    """Give somebody another type."""
    person = world.people[2]
    slug = "new" if person.categories.filter(slug="rural").exists() else "rural"
    person.categories.set([MemberCategory.objects.get(slug=slug)])


def apply_list(world: World) -> None:
    """Enter a list that moves somebody and sets the type."""
    lifecycle.apply(world.source)


def save_form(world: World) -> None:
    """Save somebody's account in the editors' site, with another name and post."""
    person = Member.objects.select_related("organization").get(pk=world.people[3].pk)
    rural = str(MemberCategory.objects.get(slug="rural").pk)
    sent = form_of(person, name=f"改名{next(_number)}") | {"categories": [rural]}
    assert world.chief_s_browser.post(f"/admin/users/edit/{person.pk}/", sent).status_code == 302


def move_organization(world: World) -> None:
    """Move the other branch to the committee next door, or back."""
    unit = Organization.objects.get(pk=world.other.pk)
    above = next(one for one in world.committees if one.pk != unit.get_parent().pk)
    unit.move(Organization.objects.get(pk=above.pk), pos="sorted-child")


Act = Callable[[World], None]
ACTS: list[Act] = [
    credit,
    enter_meeting,
    add_to_meeting,
    correct_meeting,
    withdraw_meeting,
    take_station_roll,
    finish_showing,
    finish_watching,
    begin_watching,
    move,
    leave,
    change_role,
    change_categories,
    apply_list,
    save_form,
    move_organization,
]
