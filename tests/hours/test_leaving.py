"""What is deleted of a member who leaves: evidence, certificates, words; never hours or what is undecided."""

import io
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import Sum
from django.utils import timezone

from foundation.calendar import this_year
from hours import ledger
from hours.cases import asking, decisions, evidence
from hours.certificates import checking, issuing
from hours.closed_years import NamesMemberError
from hours.models import Certificate, CreditEntry, Evidence, ExternalTraining, Objection
from hours.years.closing import close
from meetings.attendance.roll import RollRefusedError
from meetings.sessions.entering import Meeting, enter
from members.changes import leaving
from members.models import Member, Organization
from tests import builders

from .case_parts import hand_in, signed_in, upload

pytestmark = pytest.mark.django_db
NAME, NUMBER = "TianLichun", "GONE77"
LAST = this_year() - 1


@pytest.fixture
def keeper(district: Organization) -> Member:
    """An administrator of the district."""
    person = builders.make_member(district)
    builders.make_role(person, district, "administrator")
    return person


@pytest.fixture
def leaver(branch: Organization, member: Member) -> Member:
    """A member of the branch."""
    return builders.make_member(branch, name=NAME, number=NUMBER)


def pdf_naming(name: str) -> bytes:
    """Return a PDF in which `name` can be read."""
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": name})
    writer.write(out)
    return out.getvalue()


def everything() -> str:
    """Return the whole database and all stored files as text."""
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    rows = [row for model in models for row in model._default_manager.all()]
    found = [str(serializers.serialize("json", rows, ensure_ascii=False))]
    private: Any = storages["private"]
    for root in (private.location, settings.MEDIA_ROOT):
        found += [file.read_bytes().decode("latin-1") for file in Path(root).rglob("*") if file.is_file()]
    return "".join(found)


def object_to(member: Member, text: str) -> Objection:
    lesson: dict[str, Any] = {
        "lecture_key": uuid4(),
        "title": "主题党日",
        "minutes": 90,
        "delivery_kind": "group_study",
        "earned_on": date(this_year(), 1, 5),
    }
    return asking.object_to(member, lesson, text)


def test_files_and_words_go_and_no_total_changes(
    leaver: Member, keeper: Member, member: Member, django_capture_on_commit_callbacks: Any
) -> None:
    training = hand_in(leaver, file=upload(pdf_naming(NAME), "证书.pdf"))
    theirs = hand_in(member, file=upload(pdf_naming("Neighbour"), "证书.pdf"))
    declined = object_to(leaver, f"我是{NAME}，那天我在")
    decisions.grant(training, keeper, minutes=90, answer=f"{NAME}的材料属实")
    decisions.decline(declined, keeper, answer=f"{NAME}当天不在")
    evidence.keep(upload(pdf_naming(NAME), "未交.pdf"), leaver)
    certificate = Certificate.objects.create(
        code=issuing.new_code(), member=leaver, year=this_year(), kind="record", hours=2, entries=[]
    )
    certificate.stored_as = storages["private"].save("certificates/x.pdf", ContentFile(pdf_naming(NAME)))
    certificate.save()
    totals = CreditEntry.objects.aggregate(Sum("hours"))
    assert everything().count(NAME) >= 7
    with django_capture_on_commit_callbacks(execute=True):
        leaving.anonymise(leaver, by=keeper)
    after = everything()
    assert [known for known in (NAME, NUMBER) if known in after] == []
    assert "Neighbour" in after  # others keep theirs
    assert CreditEntry.objects.aggregate(Sum("hours")) == totals
    assert checking.validity(Certificate.objects.get(pk=certificate.pk)) == checking.Validity.VALID
    assert ExternalTraining.objects.get(pk=training.pk).entry_id is not None
    assert Evidence.objects.count() == 2
    page = signed_in(keeper).get(f"/hours/cases/external/{training.pk}/")
    assert "证明材料已删除" in page.content.decode()
    for pk, status in (
        (training.evidence_id, HTTPStatus.NOT_FOUND),
        (theirs.evidence_id, HTTPStatus.OK),
    ):
        assert signed_in(keeper).get(f"/hours/evidence/{pk}/").status_code == status


@pytest.mark.parametrize("waiting", ["training", "objection"])
def test_what_is_undecided_is_decided_first(leaver: Member, keeper: Member, waiting: str) -> None:
    case = hand_in(leaver) if waiting == "training" else object_to(leaver, "少记了")
    answer = signed_in(keeper).post(f"/admin/users/anonymise/{leaver.pk}/", follow=True)
    assert "等待审核" in answer.content.decode()
    leaver.refresh_from_db()
    assert (leaver.name, leaver.is_active) == (NAME, True)
    case.refresh_from_db()
    decisions.decline(case, keeper, answer="没有依据")
    leaving.anonymise(leaver, by=keeper)
    leaver.refresh_from_db()
    assert leaver.name != NAME


def test_the_ledger_never_holds_who_it_was_in_a_reason(leaver: Member, keeper: Member) -> None:
    facts: dict[str, Any] = {"lecture_key": uuid4(), "title": "春耕", "minutes": 90, "basis": {}}
    facts |= {"delivery_kind": "field", "earned_on": date(LAST, 5, 5)}
    entry = ledger.credit(leaver, **facts).entry
    assert entry is not None
    close(LAST, keeper)
    for naming in (NAME, f"补 {NUMBER} 的", "Tian Lichun"):
        with pytest.raises(ledger.ReversalRefusedError):
            ledger.reverse(entry, reason=naming, recorded_by=keeper)
        with pytest.raises(NamesMemberError):
            ledger.credit(leaver, **facts | {"lecture_key": uuid4(), "late_reason": naming})
    assert ledger.credit(leaver, **facts | {"lecture_key": uuid4(), "late_reason": "登记表才寄到"}).entry


def test_nor_does_a_roll(leaver: Member, keeper: Member, branch: Organization) -> None:
    builders.make_entry(keeper, LAST)
    close(LAST, keeper)
    begins = timezone.make_aware(datetime(LAST, 5, 5, 9))
    meeting = Meeting(branch, None, "主题党日", None, 90, "group_study", begins, late_reason=f"{NAME}补登")
    with pytest.raises(RollRefusedError, match="姓名"):
        enter(keeper, meeting, [leaver.pk])
    assert not CreditEntry.objects.filter(member=leaver).exists()
