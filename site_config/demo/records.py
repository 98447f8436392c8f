"""What the demo's people have studied this year: hours, choices and lessons begun. The same in every demo."""

import random
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from courses.menus import choosing
from courses.models import Menu, MenuItem
from hours.ledger import credit
from hours.models import CreditEntry, DeliveryKind, Subject
from lectures.models import Lecture, WatchProgress
from members.models import Member, Role

from .films import seconds_of
from .library import stable_key
from .people import demo_members, sign_ins

# Training that is no lecture of the library: title, subject, minutes, kind, place.
_TRAININGS = (
    ("全区党员集中轮训（第一天）", "theory", 360, DeliveryKind.CENTRALIZED, "青禾区委党校"),
    ("全区党员集中轮训（第二天）", "politics", 360, DeliveryKind.CENTRALIZED, "青禾区委党校"),
    ("主题党日：读党章、谈收获", "charter-discipline-law", 90, DeliveryKind.GROUP_STUDY, "支部活动室"),
    ("主题党日：整修村边水渠", "purpose", 135, DeliveryKind.GROUP_STUDY, "上禾村水渠"),
    ("田间课堂：大棚里装滴灌", "farming", 180, DeliveryKind.FIELD, "河湾合作社大棚"),
    ("急救现场课：在假人身上按满两分钟", "health", 90, DeliveryKind.FIELD, "青禾区教学实践基地"),
)
_ELECTIVES_CHOSEN = 2
_SHARE_THAT_CHOOSES = 0.5
_SHARE_WATCHED_ALONE = 0.65
_LESSONS_BEGUN = (0.62, 0.35, 0.8)


@transaction.atomic
def load_records(year: int, film_seconds: float | None = None) -> int:
    """Credit a year's study up to today, choose from the menus, begin some lessons; return the ledger rows.

    `film_seconds` is the length of the films if it is not their natural one.
    Does nothing in a year for which the demo's people have rows already.
    """
    people = demo_members()
    if CreditEntry.objects.filter(member__in=people, year=year).exists():
        return 0
    chance = random.Random(f"{year} 青禾")  # noqa: S311  which lesson somebody took, no secret
    secretaries = _secretaries()
    lectures = list(Lecture.objects.live().select_related("subject").order_by("slug"))
    shown = sign_ins()["member"]
    rows = 0
    for member in people:
        days = _Days(year, chance)
        secretary = secretaries.get(member.organization_id)
        trainings = sorted(chance.sample(range(len(_TRAININGS)), chance.randint(2, 4)))
        rows += _credit_trainings(member, [0, 2, 4] if member.number == shown else trainings, days, secretary)
        taken = chance.sample(lectures, 8 if member.number == shown else chance.randint(5, 14))
        for lecture in taken:
            _credit_lecture(
                member,
                lecture,
                days.next(),
                alone=chance.random() < _SHARE_WATCHED_ALONE,
                film=seconds_of(lecture.slug, film_seconds),
                secretary=secretary,
            )
        rows += len(taken)
        if member.number == shown or chance.random() < _SHARE_THAT_CHOOSES:
            _choose(member, year)
    _begin_lessons(lectures, film_seconds)
    return rows


class _Days:
    """Days of the year up to today, in the order in which somebody studied."""

    def __init__(self, year: int, chance: random.Random) -> None:
        span = (timezone.localdate() - date(year, 1, 1)).days
        self._first = date(year, 1, 1)
        self._days = sorted(int(chance.random() * span) for _ in range(40))
        self._taken = 0

    def next(self) -> date:
        self._taken += 1
        return self._first + timedelta(days=self._days[self._taken * 2 % 40])


def _credit_trainings(member: Member, places: list[int], days: _Days, secretary: Member | None) -> int:
    """Credit some of `_TRAININGS`, entered by administrator or secretary; return how many."""
    administrator = Member.objects.get(number=sign_ins()["administrator"])
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    for place in places:
        title, subject, minutes, kind, where = _TRAININGS[place]
        day = days.next()
        credit(
            member,
            lecture_key=stable_key(f"training/{place}/{day.year}"),
            title=title,
            minutes=minutes,
            delivery_kind=kind,
            earned_on=day,
            basis={"attended_minutes": minutes},
            subject=subjects[subject],
            place=where,
            recorded_by=administrator if kind == DeliveryKind.CENTRALIZED else secretary,
        )
    return len(places)


def _credit_lecture(
    member: Member, lecture: Lecture, day: date, *, alone: bool, film: float, secretary: Member | None
) -> None:
    """Credit a lecture that was watched alone or taken in the branch."""
    credit(
        member,
        lecture_key=lecture.lesson_key,
        title=lecture.title,
        minutes=lecture.minutes_that_count,
        delivery_kind=DeliveryKind.ONLINE if alone else DeliveryKind.GROUP_STUDY,
        earned_on=day,
        basis={"film_seconds": round(film), "seen_seconds": round(film), "seen_share": 1.0} if alone else {},
        subject=lecture.subject,
        place="" if alone else str(member.organization),
        recorded_by=None if alone else secretary,
    )
    if alone:
        when = timezone.make_aware(datetime.combine(day, time(20)))
        _watched(member, lecture, film, min(when, timezone.now()), completed=True)


def _secretaries() -> dict[int | None, Member]:
    """Return the secretary of each branch, by the branch's primary key."""
    roles = Role.objects.filter(kind=Role.Kind.SECRETARY).select_related("member").order_by("-member__pk")
    return {role.organization_id: role.member for role in roles}


def _watched(member: Member, lecture: Lecture, seconds: float, when: datetime, *, completed: bool) -> None:
    WatchProgress.objects.get_or_create(
        member=member,
        lecture_key=lecture.lesson_key,
        defaults={
            "seen": [[0.0, seconds]],
            "seconds_seen": seconds,
            "position": seconds,
            "completed_at": when if completed else None,
            "updated_at": when,
        },
    )


def _choose(member: Member, year: int) -> None:
    """Choose the first electives of the member's own menus, as the member would in the spring."""
    when = timezone.make_aware(datetime.combine(date(year, 1, 2), time(20)))
    for menu in Menu.objects.filter(pk__in=choosing.menus_for(member, year).values("pk")):
        electives = menu.items.filter(section=MenuItem.Section.ELECTIVE)
        start = member.pk % 3
        for item in electives[start : start + _ELECTIVES_CHOSEN]:
            choosing.choose(member, menu, item, now=when)


def _begin_lessons(lectures: list[Lecture], film_seconds: float | None) -> None:
    """Let the member of the demo have seen a part of three lessons."""
    member = Member.objects.get(number=sign_ins()["member"])
    done = set(CreditEntry.objects.filter(member=member).values_list("lecture_key", flat=True))
    open_ones = [lecture for lecture in lectures if lecture.lesson_key not in done]
    for place, (lecture, share) in enumerate(zip(open_ones, _LESSONS_BEGUN, strict=False)):
        seen = round(share * seconds_of(lecture.slug, film_seconds), 1)
        _watched(member, lecture, seen, timezone.now() - timedelta(hours=5 + 30 * place), completed=False)
