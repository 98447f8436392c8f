"""Lessons without hours say why, and lead to the form for objecting."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from hours.cases.decisions import lesson_of
from meetings.sessions.entering import Meeting, enter
from members.models import Member, Organization
from site_config.pages.why_not import unearned_by
from tests import builders


def test_a_lesson_noted_without_hours_says_why_to_its_member_alone(
    member: Member, branch: Organization, member_client: Client
) -> None:
    secretary, neighbour = builders.make_member(branch), builders.make_member(branch)
    builders.make_role(secretary, branch, "secretary")
    when = (timezone.now() - timedelta(hours=30)).replace(microsecond=0)
    for title, who in (("第一场", member), ("第二场", member), ("邻居的", neighbour)):
        meeting = Meeting(branch, None, title, None, 90, "group_study", when)
        enter(secretary, meeting, [who.pk])
    found = unearned_by(member, when.year)
    assert [(one.title, one.day) for one in found] == [("第二场", timezone.localdate(when))]
    lesson = lesson_of(found[0].token)
    assert lesson is not None
    assert (lesson["title"], lesson["minutes"]) == ("第二场", 90)
    page = member_client.get("/my-learning/", {"year": when.year}).content.decode()
    assert found[0].reason in page
    assert "邻居的" not in page
