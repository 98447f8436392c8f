"""What is handed in twice counts once; what only resembles is compared by the officer first."""

from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from foundation.calendar import this_year, today
from hours import ledger
from hours.cases import asking, decisions, similar
from hours.cases.lesson_keys import key_of_training
from hours.models import CreditEntry, CreditRule, ExternalTraining, Objection, YearClosure
from members.models import Member

from .case_parts import hand_in, signed_in, typed
from .test_objections import lesson

pytestmark = pytest.mark.django_db
DAY = today() - timedelta(days=3)
EARLIER = str(DAY - timedelta(days=9))


def earned(member: Member) -> Decimal:
    return sum((entry.hours for entry in CreditEntry.objects.filter(member=member)), Decimal(0))


def grant(case: Any, officer: Member, **more: Any) -> CreditEntry:
    return decisions.grant(case, officer, minutes=180, **{"answer": "已核实"} | more)


def refused_again(by: Member, **fields: Any) -> str:
    answer = signed_in(by).post(reverse("hours:new_external"), typed(member=by.number, **fields))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.context["kept"] is not None  # the upload is not lost
    return str(answer.content.decode())


SAME = [
    {},
    {"title": " 省农科院 滴灌培训。", "organizer": "省农业科学院（）"},
    {"title": "省農科院滴灌培訓"},
    {"minutes": "90", "place": "别处"},
]


@pytest.mark.parametrize("same", SAME)
def test_the_same_training_is_entered_once_however_it_is_typed(
    member: Member, officer: Member, same: dict[str, str]
) -> None:
    first = hand_in(member)
    assert first.title in refused_again(member, **same)
    grant(first, officer)
    said = refused_again(member, **same)
    assert "已同意" in said
    assert (ExternalTraining.objects.count(), earned(member)) == (1, Decimal(4))


def test_after_a_refusal_or_a_reversal_it_may_be_entered_again(member: Member, officer: Member) -> None:
    decisions.decline(hand_in(member), officer, answer="看不清")
    entry = grant(hand_in(member), officer)
    ledger.reverse(entry, reason="误记", recorded_by=officer)
    again = hand_in(member)
    assert again.lecture_key == entry.lecture_key
    grant(again, officer)
    assert earned(member) == Decimal(4)


def test_the_key_is_made_of_what_it_was(member: Member) -> None:
    first = hand_in(member)
    facts: dict[str, Any] = {"title": first.title, "organizer": first.organizer, "earned_on": first.earned_on}
    assert first.lecture_key == key_of_training(began_on=first.began_on, **facts)
    for change in ({"title": "別的"}, {"organizer": "别人"}, {"earned_on": DAY + timedelta(days=1)}):
        assert key_of_training(began_on=first.began_on, **facts | change) != first.lecture_key
    for model in (ExternalTraining, Objection):
        assert not model._meta.get_field("lecture_key").has_default()


def test_a_training_entered_before_keys_were_made_of_words_is_known_again(
    member: Member, officer: Member
) -> None:
    old = hand_in(member)
    ExternalTraining.objects.filter(pk=old.pk).update(lecture_key=lesson()["lecture_key"])
    assert old.title in refused_again(member)


def test_an_objection_about_a_lesson_of_others_is_made_once(member: Member, officer: Member) -> None:
    facts = {"title": "夜校", "delivery_kind": "field", "earned_on": DAY, "minutes": 90}
    first = asking.object_to(member, facts, "漏了")
    with pytest.raises(asking.CaseRefusedError, match="夜校"):
        asking.object_to(member, facts | {"title": "夜　校！"}, "漏了")
    decisions.grant(first, officer, minutes=90, answer="属实")
    with pytest.raises(asking.CaseRefusedError, match="已同意"):
        asking.object_to(member, facts, "漏了")
    # Another day's is another one.
    asking.object_to(member, facts | {"earned_on": DAY - timedelta(days=7)}, "漏了")


def test_to_a_lesson_of_ours_one_may_object_again_once_decided(member: Member, officer: Member) -> None:
    facts = lesson()
    decisions.grant(asking.object_to(member, facts, "漏了"), officer, minutes=45, answer="属实")
    decisions.grant(asking.object_to(member, facts, "还少"), officer, minutes=90, answer="属实")
    assert earned(member) == Decimal(2)


def test_a_subject_that_is_gone_does_not_stop_an_objection(member: Member) -> None:
    assert asking.object_to(member, lesson(subject_id=10**6), "漏了").subject_id is None


RESEMBLING = [
    {"title": "完全不同", "organizer": "别人"},  # the same days
    {"earned_on": str(DAY + timedelta(days=1)), "began_on": str(DAY)},  # one day of both
    {
        "title": "滴灌培训",
        "earned_on": str(DAY - timedelta(days=9)),
        "began_on": str(DAY - timedelta(days=9)),
    },
]


@pytest.mark.parametrize("fields", RESEMBLING)
def test_what_resembles_hours_that_stand_is_granted_only_when_told_apart(
    member: Member, officer: Member, fields: dict[str, Any]
) -> None:
    first, second = hand_in(member), hand_in(member, **fields)
    address = reverse("hours:case", args=["external", second.pk])
    client = signed_in(officer)
    # Both wait: they are shown beside each other, and one of them may be granted.
    page = client.get(address).content.decode()
    assert (first.title in page, "something_else" in page) == (True, False)
    entry = grant(first, officer)
    decision = {"decision": "grant", "minutes": "90", "answer": ""}
    answer = client.post(address, decision)
    assert list(answer.context["form"].errors) == ["something_else"]
    assert earned(member) == entry.hours
    compared = answer.context["form"].comparison
    # A tick that was set before the other was granted says nothing about it.
    blind = client.post(address, decision | {"something_else": "on", "compared": ""})
    assert list(blind.context["form"].errors) == ["something_else"]
    assert "checked" not in blind.content.decode()
    client.post(address, decision | {"something_else": "on", "compared": compared})
    assert earned(member) == entry.hours + 2
    assert ModelLogEntry.objects.filter(action="hours.grant").latest("timestamp").data["told_apart"] == [
        compared
    ]


def test_hours_of_a_meeting_on_the_same_day_are_compared_too(member: Member, officer: Member) -> None:
    study = ledger.credit(
        member,
        lecture_key=lesson()["lecture_key"],
        title="主题党日",
        minutes=90,
        delivery_kind="group_study",
        earned_on=DAY,
        basis={},
    ).entry
    assert study is not None
    training = hand_in(member)
    with pytest.raises(decisions.NotToldApartError):
        grant(training, officer)
    grant(training, officer, told_apart=[f"entry:{study.pk}"])
    assert earned(member) == Decimal(6)


def test_what_is_over_or_elsewhere_resembles_nothing(member: Member, officer: Member) -> None:
    decisions.decline(hand_in(member), officer, answer="看不清")
    taken_back = grant(hand_in(member, title="拖拉机驾驶"), officer)
    ledger.reverse(taken_back, reason="误记", recorded_by=officer)
    hand_in(officer, title="另一位的")
    hand_in(member, title="急救", organizer="医院", earned_on=EARLIER, began_on=EARLIER)
    assert similar.others_of(hand_in(member, title="又一次")) == []


def test_hours_taken_back_later_do_not_read_as_if_they_stood(member: Member, officer: Member) -> None:
    training = hand_in(member)
    pages = (reverse("hours:case", args=["external", training.pk]), reverse("my_learning"))
    entry = grant(training, officer)
    assert "撤回" not in signed_in(officer).get(pages[0]).content.decode()
    ledger.reverse(entry, reason="证书有误", recorded_by=officer)
    training = ExternalTraining.objects.get()
    assert (training.state, training.stands, training.state_in_words) == (
        "granted",
        False,
        "已同意，学时后来被撤回",
    )
    for page, said in zip(pages, ("证书有误", "学时后来被撤回"), strict=True):
        assert said in signed_in(member).get(page).content.decode()


def test_asked_for_is_listed_with_a_constant_number_of_queries(
    member: Member, officer: Member, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        day = str(DAY - timedelta(days=20 * n))
        case = hand_in(member, title="甲乙丙丁戊己"[n] * 5, began_on=day, earned_on=day)
        grant(case, officer, told_apart=[other.id for other in similar.others_of(case)])
    with django_assert_num_queries(2):
        assert [case.stands for _kind, case in decisions.cases_of(member, this_year())][:1] == [True]


# --- Every refusal is a sentence ------------------------------------------------------------------------


def test_a_name_in_what_was_typed_is_refused_beside_the_field(member: Member, officer: Member) -> None:
    Member.objects.filter(pk=member.pk).update(name="Tian Lichun")
    naming = {"title": "课 tian lichun", "organizer": "Tian　Lichun", "place": "TianLichun家"}
    answer = signed_in(member).post(reverse("hours:new_external"), typed(member=member.number, **naming))
    assert sorted(answer.context["form"].errors) == sorted(naming)
    facts = {"title": "Tian Lichun", "delivery_kind": "field", "earned_on": str(DAY), "minutes": "45"}
    answer = signed_in(member).post(reverse("hours:new_objection"), facts | {"text": "漏了"})
    assert list(answer.context["form"].errors) == ["title"]
    decision = {"decision": "grant", "minutes": "90", "answer": "Lichun Tian 属实"}
    objection = asking.object_to(member, lesson(), "漏了")
    answer = signed_in(officer).post(reverse("hours:case", args=["objection", objection.pk]), decision)
    assert list(answer.context["form"].errors) == ["answer"]
    # What was entered before such words were refused.
    old = hand_in(member)
    ExternalTraining.objects.filter(pk=old.pk).update(place="Tian Lichun")
    answer = signed_in(officer).post(reverse("hours:case", args=["external", old.pk]), decision)
    assert (answer.status_code, list(answer.context["form"].errors)) == (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        ["__all__"],
    )
    assert not CreditEntry.objects.exists()


def test_a_year_closed_while_the_officer_reads_asks_for_the_reason_then(
    member: Member, officer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = str(date(this_year() - 1, 12, 20))
    training = hand_in(member, began_on=last, earned_on=last)
    real = decisions.grant

    def closed_meanwhile(*args: Any, **kwargs: Any) -> CreditEntry:
        YearClosure.objects.get_or_create(year=this_year() - 1)
        return real(*args, **kwargs)

    monkeypatch.setattr(decisions, "grant", closed_meanwhile)
    address, client = reverse("hours:case", args=["external", training.pk]), signed_in(officer)
    decision = {"decision": "grant", "minutes": "90", "answer": "好"}
    answer = client.post(address, decision)
    assert list(answer.context["form"].errors) == ["late_reason"]
    assert 'name="late_reason"' in answer.content.decode()
    assert client.post(address, decision | {"late_reason": "证书才到"}).status_code == HTTPStatus.FOUND


def test_without_a_rule_for_the_day_the_officer_reads_a_sentence(member: Member, officer: Member) -> None:
    training = hand_in(member)
    CreditRule.objects.all().delete()
    decision = {"decision": "grant", "minutes": "90", "answer": ""}
    answer = signed_in(officer).post(reverse("hours:case", args=["external", training.pk]), decision)
    assert (answer.status_code, list(answer.context["form"].errors)) == (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        ["__all__"],
    )


def test_what_was_withdrawn_meanwhile_is_said_to_be(member: Member, officer: Member) -> None:
    training = hand_in(member)
    asking.withdraw(training, member)
    for attempt in (
        lambda: asking.withdraw(training, member),
        lambda: grant(training, officer),
        lambda: decisions.decline(training, officer, answer="不符"),
    ):
        with pytest.raises(asking.CaseRefusedError):
            attempt()
