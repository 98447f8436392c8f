"""Members who say that hours are missing or wrong, and the one answer they get."""

import time
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from foundation.calendar import today
from hours import ledger
from hours.cases import asking, decisions
from hours.models import CreditEntry, Objection
from members.models import Member

from .case_parts import hand_in, signed_in

pytestmark = pytest.mark.django_db


def lesson(**fields: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "lecture_key": uuid4(),
        "title": "三会一课",
        "minutes": 90,
        "delivery_kind": "group_study",
        "earned_on": today(),
        "subject_id": None,
    }
    return facts | fields


def test_an_objection_granted_credits_the_lesson_with_its_reason(member: Member, officer: Member) -> None:
    facts = lesson()
    token = decisions.lesson_token(**facts)
    client = signed_in(member)
    client.post(reverse("hours:new_objection"), {"lesson": token, "text": "我在场，名单漏了我"})
    objection = Objection.objects.get()
    assert (objection.member, objection.lecture_key, objection.text) == (
        member,
        facts["lecture_key"],
        "我在场，名单漏了我",
    )
    address = reverse("hours:case", args=["objection", objection.pk])
    decision = {"decision": "grant", "minutes": "90", "answer": ""}
    assert list(signed_in(officer).post(address, decision).context["form"].errors) == ["answer"]
    signed_in(officer).post(address, decision | {"answer": "已向支部核实"})
    entry = CreditEntry.objects.get()
    assert (entry.member, entry.hours, entry.lecture_key) == (member, Decimal(2), facts["lecture_key"])
    assert entry.basis == {"objection": str(objection.pk), "attended_minutes": 90}
    assert "已向支部核实" in client.get(reverse("my_learning")).content.decode()


def test_an_objection_to_too_few_hours_takes_the_old_entry_back(member: Member, officer: Member) -> None:
    facts = lesson()
    wrong = ledger.credit(
        member,
        lecture_key=facts["lecture_key"],
        title="三会一课",
        minutes=45,
        delivery_kind="group_study",
        earned_on=today(),
        basis={},
    ).entry
    assert wrong is not None
    objection = asking.object_to(member, facts, "少记了一半")
    decisions.grant(objection, officer, minutes=90, answer="时长更正")
    rows = CreditEntry.objects.order_by("pk").values_list("hours", "reason")
    assert list(rows) == [(Decimal(1), ""), (Decimal(-1), "时长更正"), (Decimal(2), "")]
    logged = ModelLogEntry.objects.get(action="hours.reverse")
    assert (logged.user, logged.object_id) == (officer, str(wrong.pk))


def test_a_refused_grant_takes_nothing_back(member: Member, officer: Member) -> None:
    facts = lesson()
    ledger.credit(
        member,
        lecture_key=facts["lecture_key"],
        title="三会一课",
        minutes=45,
        delivery_kind="group_study",
        earned_on=today(),
        basis={},
    )
    objection = asking.object_to(member, facts, "少记了")
    with pytest.raises(decisions.CaseRefusedError):
        decisions.grant(objection, officer, minutes=1, answer="太短")
    assert CreditEntry.objects.count() == 1


def test_one_objection_a_lesson_is_open_at_a_time_and_the_text_stays(member: Member, officer: Member) -> None:
    facts = lesson()
    first = asking.object_to(member, facts, "漏了")
    answer = signed_in(member).post(
        reverse("hours:new_objection"), {"lesson": decisions.lesson_token(**facts), "text": "还是漏了"}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还是漏了" in answer.content.decode()
    decisions.decline(first, officer, answer="名单上没有")
    assert asking.object_to(member, facts, "请再看").state == "open"


def test_a_forged_lesson_is_no_lesson_and_a_free_one_needs_its_facts(member: Member) -> None:
    client, address = signed_in(member), reverse("hours:new_objection")
    token = decisions.lesson_token(**lesson())
    answer = client.post(address, {"lesson": token[:-2] + "xx", "text": "漏了"})
    assert sorted(answer.context["form"].errors) == ["delivery_kind", "earned_on", "minutes", "title"]
    facts = {"title": "夜校", "delivery_kind": "field", "earned_on": str(today()), "minutes": "45"}
    assert client.post(address, facts | {"text": "漏了"}).status_code == HTTPStatus.FOUND
    assert Objection.objects.get().title == "夜校"


def test_a_link_to_objecting_holds_for_a_week(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    token = decisions.lesson_token(**lesson())
    now = time.time()
    for days, holds in ((6, True), (8, False)):
        monkeypatch.setattr(time, "time", lambda days=days: now + days * 86_400)
        assert (decisions.lesson_of(token) is not None) is holds


def test_the_list_of_decisions_holds_those_of_ones_own_units(
    member: Member, officer: Member, secretary: Member, stranger: Member
) -> None:
    asking.object_to(member, lesson(title="我们的课"), "漏了")
    hand_in(member, title="外面的课")
    address = reverse("hours:decisions")
    text = signed_in(officer).get(address).content.decode()
    assert "我们的课" in text
    assert "外面的课" in text
    other = signed_in(stranger).get(address).content.decode()
    assert "我们的课" not in other
    assert "外面的课" not in other
    for who in (member, secretary):
        assert signed_in(who).get(address).status_code == HTTPStatus.FORBIDDEN
