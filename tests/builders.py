"""Makers of the records that many tests need. Real rows through the real models; no mocks."""

import itertools
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from courses.models import Course, CourseIndex, CourseSection, Menu, MenuIndex, MenuItem, SectionLecture
from exemplars.models import Exemplar, ExemplarIndex
from hours import ledger
from hours.models import CreditEntry, DeliveryKind
from lectures.models import Lecture, LectureIndex
from meetings.models import Session
from members.models import Member, MemberCategory, Organization, Role
from stations.models import Screening, Station

PASSWORD = "gu-ben-2026"
_number = itertools.count(1)


def make_district(name: str = "青禾区") -> Organization:
    """Return a new district, the root of a tree."""
    return Organization.add_root(name=name, code=f"d{next(_number):06d}", level=Organization.Level.DISTRICT)


def make_branch(district: Organization, name: str = "第一支部") -> Organization:
    """Return a new branch below a new committee of `district`; it stands after all that were made before."""
    n = next(_number)
    district.refresh_from_db()
    level = Organization.Level.COMMITTEE
    committee = district.add_child(name=f"{name}上级党工委", code=f"c{n:06d}", level=level)
    return committee.add_child(name=name, code=f"b{n:06d}", level=Organization.Level.BRANCH)


def make_member(organization: Organization | None = None, *categories: str, **fields: Any) -> Member:
    """Return a new member who signs in with `PASSWORD`; `categories` are codes such as "rural"."""
    n = next(_number)
    fields.setdefault("name", f"学员{n}")
    member = Member.objects.create_user(
        fields.pop("number", f"M{n:06d}"), PASSWORD, organization=organization, **fields
    )
    for code in categories:
        member.categories.add(MemberCategory.objects.get_or_create(slug=code, defaults={"name": code})[0])
    return member


def make_role(member: Member, organization: Organization, kind: str) -> Role:
    """Give `member` a role for `organization`."""
    return Role.objects.create(member=member, organization=organization, kind=kind)


def make_entry(member: Member, year: int) -> CreditEntry:
    """Return a new credit of 1 hour in June of `year`, which so becomes one that can be closed."""
    entry = ledger.credit(
        member,
        lecture_key=uuid4(),
        title="主题党日",
        minutes=45,
        delivery_kind=DeliveryKind.GROUP_STUDY,
        earned_on=date(year, 6, 1),
        basis={},
    ).entry
    assert entry is not None
    return entry


def make_lecture(title: str = "白菜怎么种", **fields: Any) -> Lecture:
    """Return a published lecture."""
    return LectureIndex.objects.get().add_child(instance=Lecture(title=title, **fields))


def make_course(title: str, *lectures: Lecture, **fields: Any) -> Course:
    """Return a published course with one section that holds `lectures`."""
    course = CourseIndex.objects.get().add_child(instance=Course(title=title, **fields))
    section = CourseSection.objects.create(course=course, title="第一章", sort_order=0)
    for place, lecture in enumerate(lectures):
        SectionLecture.objects.create(section=section, lecture=lecture, sort_order=place)
    return course


def make_exemplar(title: str = "守渠人", **fields: Any) -> Exemplar:
    """Return a published exemplar."""
    fields.setdefault("name", "田有禾")
    fields.setdefault("year", 2026)
    return ExemplarIndex.objects.get().add_child(instance=Exemplar(title=title, **fields))


def make_menu(title: str, year: int, *offers: Any, categories: tuple[str, ...] = (), **fields: Any) -> Menu:
    """Return a published menu whose elective section offers the pages `offers`."""
    menu = MenuIndex.objects.get().add_child(instance=Menu(title=title, year=year, **fields))
    for code in categories:
        menu.categories.add(MemberCategory.objects.get_or_create(slug=code, defaults={"name": code})[0])
    menu.save()
    for place, page in enumerate(offers):
        MenuItem.objects.create(menu=menu, page=page, sort_order=place)
    return menu


def make_screening(
    station: Station,
    starts_at: datetime,
    *,
    lecture_key: UUID | None = None,
    title: str = "旧",
    **fields: Any,
) -> Screening:
    """Return a screening that began at `starts_at` and of which nothing has been shown."""
    session = Session.objects.create(
        organization=station.organization,
        lecture_key=lecture_key or uuid4(),
        title=title,
        minutes=45,
        delivery_kind=DeliveryKind.STATION,
        starts_at=starts_at,
        ends_at=starts_at,
    )
    return Screening.objects.create(station=station, session=session, **fields)
