"""What the demo's people have studied this year: hours, choices and lessons begun. The same in every demo."""

import random
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from courses import menus
from courses.models import Menu, MenuItem
from hours.ledger import credit
from hours.models import CreditEntry, DeliveryKind, Subject
from lectures.models import Lecture, WatchProgress
from members.models import Member

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
_LESSONS_BEGUN = (0.62, 0.35, 0.8)


@transaction.atomic
def load_records(year: int) -> int:
    """Credit a year's study up to today, choose from the menus, begin some lessons; return the ledger rows.

    Does nothing in a year for which the demo's people have rows already.
    """
    people = demo_members()
    if CreditEntry.objects.filter(member__in=people, year=year).exists():
        return 0
    chance = random.Random(f"{year} 青禾")  # noqa: S311  which lesson somebody took, no secret
    lectures = list(Lecture.objects.live().select_related("subject").order_by("slug"))
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    rows = 0
    for member in people:
        days = _Days(year, chance)
        trainings = sorted(chance.sample(range(len(_TRAININGS)), chance.randint(2, 4)))
        if member.number == sign_ins()["member"]:
            trainings = [0, 2, 4]
        for place in trainings:
            title, subject, minutes, kind, where = _TRAININGS[place]
            rows += 1
            credit(
                member,
                lecture_key=stable_key(f"training/{place}/{year}"),
                title=title,
                minutes=minutes,
                delivery_kind=kind,
                earned_on=days.next(),
                basis={"attended_minutes": minutes},
                subject=subjects[subject],
                place=where,
            )
        rows += _credit_lectures(member, lectures, days, chance)
        _choose(member, year)
    _begin_lessons(lectures)
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


def _credit_lectures(member: Member, lectures: list[Lecture], days: _Days, chance: random.Random) -> int:
    """Credit a share of the lectures, watched alone, in the branch or at a station; return how many."""
    shown = member.number == sign_ins()["member"]
    taken = chance.sample(lectures, 8 if shown else chance.randint(5, 14))
    for lecture in taken:
        kind = chance.choices(
            (DeliveryKind.ONLINE, DeliveryKind.GROUP_STUDY, DeliveryKind.STATION), weights=(6, 2, 2)
        )[0]
        unit = member.organization.name if member.organization else ""
        credit(
            member,
            lecture_key=lecture.translation_key,
            title=lecture.title,
            minutes=lecture.minutes_that_count,
            delivery_kind=kind,
            earned_on=days.next(),
            basis={"attended_minutes": lecture.minutes_that_count},
            subject=lecture.subject,
            place="" if kind == DeliveryKind.ONLINE else unit,
        )
    return len(taken)


def _choose(member: Member, year: int) -> None:
    """Choose the first electives of the member's own menus, as the member would in the spring."""
    when = timezone.make_aware(datetime.combine(date(year, 1, 2), time(20)))
    for menu in Menu.objects.filter(pk__in=menus.menus_for(member, year).values("pk")):
        electives = menu.items.filter(section=MenuItem.Section.ELECTIVE)
        start = member.pk % 3
        for item in electives[start : start + _ELECTIVES_CHOSEN]:
            menus.choose(member, menu, item, now=when)


def _begin_lessons(lectures: list[Lecture]) -> None:
    """Let the member of the demo have seen a part of three lessons; the shares are kept by the films' length."""
    member = Member.objects.get(number=sign_ins()["member"])
    done = set(CreditEntry.objects.filter(member=member).values_list("lecture_key", flat=True))
    open_ones = [lecture for lecture in lectures if lecture.translation_key not in done]
    for place, (lecture, share) in enumerate(zip(open_ones, _LESSONS_BEGUN, strict=False)):
        seen = round(share * 60, 1)
        WatchProgress.objects.get_or_create(
            member=member,
            lecture_key=lecture.translation_key,
            defaults={
                "seen": [[0.0, seen]],
                "seconds_seen": seen,
                "position": seen,
                "updated_at": timezone.now() - timedelta(hours=5 + 30 * place),
            },
        )
