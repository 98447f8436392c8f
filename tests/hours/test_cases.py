"""What members ask hours for: training done elsewhere and objections, decided once, by the right people."""

import io
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import ModelLogEntry

from hours import cases, evidence, ledger
from hours.models import CreditEntry, Evidence, ExternalTraining, Objection, YearClosure
from hours.year_end import this_year, today
from members.models import Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **saved: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "white").save(drawn, form, **saved)
    return drawn.getvalue()


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def upload(content: bytes, name: str = "证书.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="members.sign_in.PhoneOrNumberBackend")
    return client


@pytest.fixture
def officer(branch: Organization) -> Member:
    """The officer of the committee above the branch."""
    officer = builders.make_member(branch)
    builders.make_role(officer, branch.get_parent(), "officer")
    return officer


@pytest.fixture
def secretary(branch: Organization) -> Member:
    """Who answers for the branch."""
    secretary = builders.make_member(branch)
    builders.make_role(secretary, branch, "secretary")
    return secretary


@pytest.fixture
def stranger(district: Organization) -> Member:
    """The officer of another committee."""
    other = builders.make_branch(district, "别处")
    stranger = builders.make_member(other)
    builders.make_role(stranger, other.get_parent(), "officer")
    return stranger


def typed(**fields: Any) -> dict[str, Any]:
    day = today() - timedelta(days=3)
    return {
        "title": "省农科院滴灌培训",
        "organizer": "省农业科学院",
        "began_on": str(day - timedelta(days=1)),
        "earned_on": str(day),
        "minutes": "360",
        "file": upload(picture()),
    } | fields


def hand_in(by: Member, member: Member | None = None, **fields: Any) -> ExternalTraining:
    data = typed(member=(member or by).number, **fields)
    answer = signed_in(by).post(reverse("hours:new_external"), data)
    assert answer.status_code == HTTPStatus.FOUND, answer.context["form"].errors
    return ExternalTraining.objects.order_by("-entered_at")[0]


def test_training_elsewhere_is_credited_only_when_an_officer_has_approved_it(
    member: Member, officer: Member
) -> None:
    training = hand_in(member)
    assert not CreditEntry.objects.exists()
    address = reverse("hours:case", args=["external", training.pk])
    answer = signed_in(officer).post(address, {"decision": "grant", "minutes": "270", "answer": ""})
    assert answer.status_code == HTTPStatus.FOUND
    entry = CreditEntry.objects.get()
    assert (entry.member, entry.hours, entry.delivery_kind, entry.earned_on, entry.recorded_by) == (
        member,
        Decimal(6),
        "external",
        training.earned_on,
        officer,
    )
    assert entry.basis == {
        "external": str(training.pk),
        "organizer": "省农业科学院",
        "evidence": str(training.evidence_id),
        "attended_minutes": 270,
    }
    assert ModelLogEntry.objects.get(action="hours.grant").object_id == str(training.pk)


def test_a_declined_training_earns_nothing_and_the_member_reads_why(member: Member, officer: Member) -> None:
    training = hand_in(member)
    address = reverse("hours:case", args=["external", training.pk])
    refused = signed_in(officer).post(address, {"decision": "decline", "minutes": "270", "answer": " "})
    assert list(refused.context["form"].errors) == ["answer"]
    signed_in(officer).post(address, {"decision": "decline", "minutes": "270", "answer": "证书看不清日期"})
    assert not CreditEntry.objects.exists()
    for page in (address, reverse("my_learning")):
        assert "证书看不清日期" in signed_in(member).get(page).content.decode()


def test_a_decision_stands(member: Member, officer: Member) -> None:
    training = hand_in(member)
    cases.decline(training, officer, answer="不符")
    with pytest.raises(cases.CaseRefusedError):
        cases.grant(training, officer, minutes=90, answer="")
    assert not CreditEntry.objects.exists()


def test_nobody_decides_about_themselves_and_no_secretary_or_stranger_decides(
    officer: Member, secretary: Member, stranger: Member, member: Member
) -> None:
    own = hand_in(officer)
    theirs = hand_in(secretary, member)
    for who, case in ((officer, own), (secretary, theirs), (stranger, theirs), (member, theirs)):
        with pytest.raises(cases.CaseRefusedError):
            cases.grant(case, who, minutes=90, answer="")
    assert list(ExternalTraining.objects.decidable_by(officer)) == [theirs]
    assert list(ExternalTraining.objects.decidable_by(stranger)) == []


def test_a_secretary_enters_for_members_of_the_branch_and_nobody_else(
    secretary: Member, member: Member, stranger: Member
) -> None:
    assert hand_in(secretary, member).member == member
    answer = signed_in(secretary).post(reverse("hours:new_external"), typed(member=stranger.number))
    assert list(answer.context["form"].errors) == ["member"]
    answer = signed_in(member).post(reverse("hours:new_external"), typed(member=secretary.number))
    assert list(answer.context["form"].errors) == ["member"]


def test_evidence_is_sent_to_who_may_see_the_record_and_to_nobody_else(
    member: Member, officer: Member, secretary: Member, stranger: Member, branch: Organization
) -> None:
    training = hand_in(member)
    neighbour = builders.make_member(branch)
    address = reverse("hours:evidence", args=[training.evidence_id])
    case = reverse("hours:case", args=["external", training.pk])
    for who, status in (
        (member, HTTPStatus.OK),
        (secretary, HTTPStatus.OK),
        (officer, HTTPStatus.OK),
        (stranger, HTTPStatus.NOT_FOUND),
        (neighbour, HTTPStatus.NOT_FOUND),
    ):
        assert signed_in(who).get(address).status_code == status
        assert signed_in(who).get(case).status_code == status
    assert Client().get(address).status_code == HTTPStatus.FOUND
    answer = signed_in(member).get(address)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"minutes": "0"}, "minutes"),
        ({"earned_on": "2999-01-01"}, "earned_on"),
        ({"earned_on": "2019-01-01", "began_on": "2019-01-01"}, "earned_on"),
        ({"began_on": str(today())}, "began_on"),
    ],
)
def test_with_a_mistake_elsewhere_the_upload_is_kept(
    member: Member, wrong: dict[str, Any], field: str
) -> None:
    client, address = signed_in(member), reverse("hours:new_external")
    answer = client.post(address, typed(member=member.number, **wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        [field],
    )
    kept = Evidence.objects.get()
    assert f'value="{kept.pk}"' in answer.content.decode()
    again = typed(member=member.number, kept=str(kept.pk))
    del again["file"]
    assert client.post(address, again).status_code == HTTPStatus.FOUND
    assert ExternalTraining.objects.get().evidence == kept


def test_somebody_elses_upload_cannot_be_handed_in(member: Member, stranger: Member) -> None:
    theirs = evidence.keep(upload(picture()), stranger)
    again = typed(member=member.number, kept=str(theirs.pk))
    del again["file"]
    answer = signed_in(member).post(reverse("hours:new_external"), again)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not ExternalTraining.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<script>alert(1)</script>",
        b"%PDF-1.7 nothing",
        b"\x89PNG\r\n\x1a\n broken",
        pdf(31),
        pdf(1, password="x"),
        picture("GIF"),
        picture("JPEG")[:200],
    ],
    ids=["empty", "script", "broken pdf", "broken png", "long pdf", "locked pdf", "gif", "half a jpeg"],
)
def test_what_is_no_picture_and_no_pdf_is_refused_by_its_content(member: Member, content: bytes) -> None:
    with pytest.raises(evidence.EvidenceRefusedError):
        evidence.keep(upload(content, "证书.jpg"), member)
    assert not Evidence.objects.exists()


def test_a_large_file_is_refused(member: Member, settings: Any) -> None:
    settings.HOURS_EVIDENCE_MAX_BYTES = 100
    with pytest.raises(evidence.EvidenceRefusedError):
        evidence.keep(upload(picture(size=(500, 500))), member)


def test_a_picture_keeps_nothing_but_its_pixels(member: Member) -> None:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    kept = evidence.keep(upload(picture(exif=exif, size=(3000, 10))), member)
    with evidence.opened(kept) as stored:
        content = stored.read()
    drawn = Image.open(io.BytesIO(content))
    assert (dict(drawn.getexif()), drawn.size[0]) == ({}, evidence.LONGEST_SIDE)
    assert b"PhoneMaker" not in content


def test_a_pdf_is_stored_as_it_is_and_sent_as_a_download(member: Member) -> None:
    content = pdf()
    training = hand_in(member, file=upload(content, "随便.txt"))
    answer = signed_in(member).get(reverse("hours:evidence", args=[training.evidence_id]))
    assert answer.getvalue() == content
    assert answer["Content-Disposition"].startswith("attachment")


def test_what_is_withdrawn_is_gone_with_its_file_and_decided_things_stay(
    member: Member, officer: Member
) -> None:
    training = hand_in(member)
    stored = training.evidence.stored_as
    signed_in(member).post(reverse("hours:withdraw", args=["external", training.pk]))
    assert not ExternalTraining.objects.exists()
    assert not storages["private"].exists(stored)
    decided = hand_in(member)
    cases.decline(decided, officer, answer="不符")
    signed_in(member).post(reverse("hours:withdraw", args=["external", decided.pk]))
    assert ExternalTraining.objects.exists()


def test_uploads_never_handed_in_are_swept_after_a_day(member: Member) -> None:
    fresh, old = (evidence.keep(upload(picture()), member) for _ in range(2))
    handed_in = hand_in(member).evidence
    for each in (old, handed_in):
        Evidence.objects.filter(pk=each.pk).update(uploaded_at=old.uploaded_at - timedelta(days=2))
    call_command("sweep_evidence")
    assert set(Evidence.objects.values_list("pk", flat=True)) == {fresh.pk, handed_in.pk}
    assert not storages["private"].exists(old.stored_as)


def test_a_closed_year_asks_the_officer_for_the_reason(member: Member, officer: Member) -> None:
    last = date(this_year() - 1, 12, 20)
    training = hand_in(member, began_on=str(last), earned_on=str(last))
    YearClosure.objects.create(year=last.year)
    address = reverse("hours:case", args=["external", training.pk])
    client, decision = signed_in(officer), {"decision": "grant", "minutes": "90", "answer": ""}
    assert list(client.post(address, decision).context["form"].errors) == ["late_reason"]
    client.post(address, decision | {"late_reason": "证书一月才发"})
    assert CreditEntry.objects.get().late_reason == "证书一月才发"


# --- Objections -----------------------------------------------------------------------------------------


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
    token = cases.lesson_token(**facts)
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
    objection = cases.object_to(member, facts, "少记了一半")
    cases.grant(objection, officer, minutes=90, answer="时长更正")
    rows = CreditEntry.objects.order_by("pk").values_list("hours", "reason")
    assert list(rows) == [(Decimal(1), ""), (Decimal(-1), "时长更正"), (Decimal(2), "")]


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
    objection = cases.object_to(member, facts, "少记了")
    with pytest.raises(cases.CaseRefusedError):
        cases.grant(objection, officer, minutes=1, answer="太短")
    assert CreditEntry.objects.count() == 1


def test_one_objection_a_lesson_is_open_at_a_time_and_the_text_stays(member: Member, officer: Member) -> None:
    facts = lesson()
    first = cases.object_to(member, facts, "漏了")
    answer = signed_in(member).post(
        reverse("hours:new_objection"), {"lesson": cases.lesson_token(**facts), "text": "还是漏了"}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还是漏了" in answer.content.decode()
    cases.decline(first, officer, answer="名单上没有")
    assert cases.object_to(member, facts, "请再看").state == "open"


def test_a_forged_lesson_is_no_lesson_and_a_free_one_needs_its_facts(member: Member) -> None:
    client, address = signed_in(member), reverse("hours:new_objection")
    token = cases.lesson_token(**lesson())
    answer = client.post(address, {"lesson": token[:-2] + "xx", "text": "漏了"})
    assert sorted(answer.context["form"].errors) == ["delivery_kind", "earned_on", "minutes", "title"]
    facts = {"title": "夜校", "delivery_kind": "field", "earned_on": str(today()), "minutes": "45"}
    assert client.post(address, facts | {"text": "漏了"}).status_code == HTTPStatus.FOUND
    assert Objection.objects.get().title == "夜校"


def test_the_list_of_decisions_holds_those_of_ones_own_units(
    member: Member, officer: Member, secretary: Member, stranger: Member
) -> None:
    cases.object_to(member, lesson(title="我们的课"), "漏了")
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
