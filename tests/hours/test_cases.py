"""What members ask hours for: training done elsewhere and objections, decided once, by the right people."""

import io
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import ModelLogEntry

from foundation.calendar import this_year, today
from hours import ledger
from hours.cases import asking, decisions, evidence
from hours.models import CreditEntry, Evidence, ExternalTraining, YearClosure
from members.models import Member, Organization
from tests import builders

from .case_parts import hand_in, pdf, picture, signed_in, typed, upload

pytestmark = pytest.mark.django_db


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
    decisions.decline(training, officer, answer="不符")
    with pytest.raises(decisions.CaseRefusedError):
        decisions.grant(training, officer, minutes=90, answer="")
    assert not CreditEntry.objects.exists()


def test_nobody_decides_about_themselves_and_no_secretary_or_stranger_decides(
    officer: Member, secretary: Member, stranger: Member, member: Member
) -> None:
    own = hand_in(officer)
    theirs = hand_in(secretary, member)
    for who, case in ((officer, own), (secretary, theirs), (stranger, theirs), (member, theirs)):
        with pytest.raises(decisions.CaseRefusedError):
            decisions.grant(case, who, minutes=90, answer="")
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
    member: Member, officer: Member, django_capture_on_commit_callbacks: Any
) -> None:
    training = hand_in(member)
    stored = training.evidence.stored_as
    with pytest.raises(decisions.CaseRefusedError):
        asking.withdraw(training, officer)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(member).post(reverse("hours:withdraw", args=["external", training.pk]))
    assert not ExternalTraining.objects.exists()
    assert not storages["private"].exists(stored)
    decided = hand_in(member)
    decisions.decline(decided, officer, answer="不符")
    signed_in(member).post(reverse("hours:withdraw", args=["external", decided.pk]))
    assert ExternalTraining.objects.exists()


def test_hours_held_for_the_training_already_are_not_granted_again(member: Member, officer: Member) -> None:
    training = hand_in(member)
    ledger.credit(
        member,
        lecture_key=training.lecture_key,
        title=training.title,
        minutes=360,
        delivery_kind=training.delivery_kind,
        earned_on=training.earned_on,
        basis={},
    )
    with pytest.raises(decisions.CaseRefusedError):
        decisions.grant(training, officer, minutes=360, answer="")
    training.refresh_from_db()
    assert (training.state, training.entry_id) == ("open", None)


def test_uploads_never_handed_in_are_swept_after_a_day(
    member: Member, django_capture_on_commit_callbacks: Any
) -> None:
    fresh, old = (evidence.keep(upload(picture()), member) for _ in range(2))
    handed_in = hand_in(member).evidence
    for each in (old, handed_in):
        Evidence.objects.filter(pk=each.pk).update(uploaded_at=old.uploaded_at - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
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
