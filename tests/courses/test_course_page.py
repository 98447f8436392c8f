"""The course's page with the member's state, and the library of courses."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.models import CourseIndex, CourseSection, Enrolment, SectionLecture
from courses.pages.course import outline_of
from foundation.calendar import this_year
from hours.ledger import credit
from hours.models import Subject
from lectures.models import WatchProgress
from members.models import Member, MemberCategory
from tests.builders import make_course, make_lecture, make_member, make_menu

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def html_of(client: Client, url: str) -> str:
    """Return the page, which must be there."""
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def titles(client: Client, query: str = "") -> list[str]:
    """Return the titles in the library, in order."""
    html = html_of(client, CourseIndex.objects.get().url + query)
    return re.findall(r'<h2 class="card__title">([^<]+)</h2>', html)


def queries(client: Client, url: str) -> int:
    """Return how many queries the page takes."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        html_of(client, url)
    return len(captured)


def test_states_are_the_members_own(member: Member) -> None:
    credited, seen, begun, fresh = (make_lecture(title, credit_minutes=45) for title in "甲乙丙丁")
    course = make_course("课", credited, seen, begun, fresh)
    now = timezone.now()
    credit(
        member,
        lecture_key=credited.lesson_key,
        title="甲",
        minutes=45,
        delivery_kind="station",
        earned_on=timezone.localdate(),
        basis={},
    )
    for lecture, done in ((seen, now), (begun, None)):
        WatchProgress.objects.create(
            member=member,
            lecture_key=lecture.lesson_key,
            version=lecture.film_version,
            seconds_seen=9,
            completed_at=done,
            updated_at=now,
        )

    mine = outline_of(course, member)
    others = outline_of(course, make_member(member.organization))

    assert [(s.credited, s.seen_all, s.begun) for s in mine.steps] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, False),
    ]
    assert mine.next_step and mine.next_step.lecture == begun
    assert others.next_step and others.next_step.lecture == credited
    assert (mine.finished, others.finished) == (2, 0)


def test_hidden_lectures_are_not_in_the_outline(client: Client) -> None:
    closed_off = make_lecture("秘密内部讲")
    PageViewRestriction.objects.create(page=closed_off, restriction_type=PageViewRestriction.LOGIN)
    course = make_course("课", make_lecture("公开讲"), make_lecture("秘密草稿讲", live=False), closed_off)

    html = html_of(client, course.url)

    assert html.count('<li class="list__item">') == 1
    assert "秘密" not in html


def test_the_page_takes_the_same_queries_for_any_length(member_client: Client) -> None:
    short = make_course("短", make_lecture("一", credit_minutes=45))
    long = make_course("长", *(make_lecture(f"讲{n}", credit_minutes=45) for n in range(4)))
    for n in range(3):
        section = CourseSection.objects.create(course=long, title=f"章{n}", sort_order=n + 1)
        SectionLecture.objects.create(section=section, lecture=make_lecture(f"又{n}", credit_minutes=45))

    assert queries(member_client, short.url) == queries(member_client, long.url)


def test_a_course_can_be_chosen_from_its_own_page(member_client: Client, member: Member) -> None:
    course = make_course("课", make_lecture("讲"))
    make_menu("菜单", this_year(), course, categories=("rural",))
    form = re.search(r'<form action="(/choose/[^"]+)"', html_of(member_client, course.url))

    assert form
    response = member_client.post(form.group(1), {"take": "1", "back": course.url})

    assert response["Location"] == course.url
    assert Enrolment.objects.get().offer_key == course.translation_key
    assert html_of(member_client, course.url).count('name="take_back"') == 1


def test_the_library_filters_by_category_subject_and_mine(member_client: Client) -> None:
    subject = Subject.objects.get_or_create(code="skills", defaults={"name": "技能"})[0]
    for title, code in (("农", "rural"), ("机", "government")):
        course = make_course(title)
        course.categories.add(MemberCategory.objects.get_or_create(slug=code, defaults={"name": code})[0])
        course.subjects.set([subject] if title == "机" else [])
        course.save()
    make_course("草稿", live=False)

    assert sorted(titles(member_client)) == sorted(["农", "机"])
    assert titles(member_client, "?category=rural") == ["农"]
    assert titles(member_client, "?subject=skills") == ["机"]
    assert titles(member_client, "?mine=1") == ["农"]
    assert sorted(titles(member_client, "?category=x&subject=y&page=z")) == sorted(["农", "机"])


def test_the_library_takes_the_same_queries_for_any_number(member_client: Client) -> None:
    url = CourseIndex.objects.get().url
    make_course("一", make_lecture("讲", credit_minutes=45))
    one = queries(member_client, url)
    for n in range(4):
        make_course(
            f"课{n}", make_lecture(f"甲{n}", credit_minutes=45), make_lecture(f"乙{n}", credit_minutes=45)
        )

    assert queries(member_client, url) == one
