"""Certificates of hours: issued once, made by the worker, checked by anybody without learning a name."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from hours import ledger
from hours.certificates import issuing
from hours.certificates.checking import Validity, validity
from hours.certificates.issuing import issue
from hours.certificates.tasks import render_certificate
from hours.models import Certificate, CreditEntry, HourRequirement
from members.models import Member, Organization
from tests import builders

from .case_parts import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ADDRESS = "https://guben.example/certificates/"


def study(member: Member, minutes: int = 90, title: str = "春耕的水肥管理") -> CreditEntry:
    entry = ledger.credit(
        member,
        lecture_key=uuid4(),
        title=title,
        minutes=minutes,
        delivery_kind="group_study",
        earned_on=date(2026, 4, 1),
        basis={},
    ).entry
    assert entry is not None
    return entry


@pytest.fixture
def certificate(member: Member) -> Certificate:
    """A learning record of two lessons."""
    study(member)
    study(member, 45, "急救现场课")
    return issue(member, 2026, "record", ADDRESS, by=member)


def test_issuing_again_gives_the_same_certificate_until_hours_change(
    member: Member, certificate: Certificate
) -> None:
    assert issue(member, 2026, "record", ADDRESS, by=member) == certificate
    study(member)
    assert issue(member, 2026, "record", ADDRESS, by=member) != certificate
    assert (certificate.hours, len(certificate.entries)) == (Decimal(3), 2)


def test_a_certificate_needs_the_requirement_fulfilled(member: Member) -> None:
    HourRequirement.objects.all().delete()
    HourRequirement.objects.create(valid_from=date(2026, 1, 1), hours=Decimal(2))
    study(member, 45)
    with pytest.raises(issuing.CertificateRefusedError):
        issue(member, 2026, "certificate", ADDRESS, by=member)
    study(member, 45)
    assert issue(member, 2026, "certificate", ADDRESS, by=member).hours == Decimal(2)


def test_without_hours_there_is_nothing_to_prove(member: Member) -> None:
    with pytest.raises(issuing.CertificateRefusedError):
        issue(member, 2026, "record", ADDRESS, by=member)


def test_a_reversed_entry_makes_an_old_certificate_invalid_and_a_new_one_replaces_it(
    member: Member, certificate: Certificate
) -> None:
    study(builders.make_member(member.organization))
    assert validity(certificate) == Validity.VALID
    study(member)
    assert validity(certificate) == Validity.VALID
    ledger.reverse(CreditEntry.objects.get(pk=certificate.entries[0]), reason="更正", recorded_by=None)
    assert validity(certificate) == Validity.CORRECTED
    newer = issue(member, 2026, "record", ADDRESS, by=member)
    certificate.refresh_from_db()
    assert (validity(certificate), validity(newer)) == (Validity.REPLACED, Validity.VALID)


def test_the_worker_makes_a_pdf_in_chinese_that_only_the_member_may_have(
    member: Member,
    branch: Organization,
    member_client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    study(member)
    with django_capture_on_commit_callbacks(execute=True):
        answer = member_client.post(reverse("hours:certificates"), {"year": "2026", "kind": "record"})
    certificate = Certificate.objects.get()
    address = reverse("hours:certificate", args=[certificate.pk])
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, address)
    assert 'hx-trigger="every 2s"' in member_client.get(address).content.decode()
    assert DBTaskResult.objects.filter(task_path="hours.certificates.tasks.render_certificate").count() == 1
    render_certificate.call(str(certificate.pk), ADDRESS)
    assert 'hx-trigger="every 2s"' not in member_client.get(address).content.decode()
    pdf = member_client.get(reverse("hours:certificate_pdf", args=[certificate.pk])).getvalue()
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    for said in ("春耕的水肥管理", member.name, branch.name, certificate.code_in_groups, "合计"):
        assert said in text
    neighbour = Client()
    neighbour.force_login(
        builders.make_member(branch), backend="members.accounts.backends.PhoneOrNumberBackend"
    )
    for name in ("hours:certificate", "hours:certificate_pdf"):
        assert neighbour.get(reverse(name, args=[certificate.pk])).status_code == HTTPStatus.NOT_FOUND


def test_what_could_not_be_rendered_is_said_and_issued_anew(
    member: Member, member_client: Client, certificate: Certificate, tmp_path: Path
) -> None:
    place = tmp_path / "private"
    place.write_text("in the way")
    with pytest.raises(OSError, match="private"):
        render_certificate.call(str(certificate.pk), ADDRESS)
    assert (
        'hx-trigger="every 2s"'
        not in member_client.get(reverse("hours:certificate", args=[certificate.pk])).content.decode()
    )
    again = issue(member, 2026, "record", ADDRESS, by=member)
    assert again != certificate
    place.unlink()
    for _turn in range(2):
        render_certificate.call(str(again.pk), ADDRESS)
    again.refresh_from_db()
    assert (again.failed, [file.name for file in (place / "certificates").iterdir()]) == (
        False,
        [f"{again.pk}.pdf"],
    )


@pytest.mark.parametrize("wrong", [{"year": "2025"}, {"year": "x"}, {"kind": "medal"}, {}])
def test_what_cannot_be_issued_is_said(member_client: Client, member: Member, wrong: dict[str, str]) -> None:
    study(member)
    data = {"year": "2026", "kind": "certificate"} | wrong
    answer = member_client.post(reverse("hours:certificates"), data)
    assert (answer.status_code, Certificate.objects.count()) == (HTTPStatus.UNPROCESSABLE_ENTITY, 0)


# --- The unit issues them for its members ---------------------------------------------------------------


@pytest.mark.parametrize("kind", ["secretary", "officer", "administrator"])
def test_who_answers_for_the_unit_issues_a_certificate_and_it_is_logged(
    member: Member, branch: Organization, kind: str
) -> None:
    study(member)
    post = builders.make_member(branch)
    builders.make_role(post, branch if kind == "secretary" else branch.get_parent(), kind)
    client = signed_in(post)
    people = client.get(reverse("hours:certificates_people"))
    assert list(people.context["page_obj"]) == [member]
    address = reverse("hours:certificates_of", args=[member.pk])
    answer = client.post(address, {"year": "2026", "kind": "record"})
    certificate = Certificate.objects.get()
    assert (certificate.member, answer["Location"]) == (
        member,
        reverse("hours:certificate", args=[certificate.pk]),
    )
    assert member.name in client.get(answer["Location"]).content.decode()
    log = ModelLogEntry.objects.get(action="hours.issue_certificate")
    assert (log.user, log.object_id) == (post, str(certificate.pk))
    # The same again issues nothing new, and what a member does alone is nobody's log.
    client.post(address, {"year": "2026", "kind": "record"})
    study(member)
    signed_in(member).post(reverse("hours:certificates"), {"year": "2026", "kind": "record"})
    assert (
        Certificate.objects.count(),
        ModelLogEntry.objects.filter(action="hours.issue_certificate").count(),
    ) == (2, 1)


@pytest.mark.parametrize("kind", ["secretary", "officer", "administrator", "operator", "editor", None])
def test_nobody_issues_certificates_for_another_unit(
    member: Member, district: Organization, certificate: Certificate, kind: str | None
) -> None:
    other = builders.make_branch(district, "外支部")
    own = builders.make_member(other)
    stranger = builders.make_member(other)
    if kind:
        builders.make_role(stranger, other, kind)
    client = signed_in(stranger)
    people = client.get(reverse("hours:certificates_people"))
    if kind in {"secretary", "officer", "administrator"}:
        assert list(people.context["page_obj"]) == [own]
    else:
        assert people.status_code == HTTPStatus.NOT_FOUND
    for name, pk in (
        ("certificates_of", member.pk),
        ("certificate", certificate.pk),
        ("certificate_pdf", certificate.pk),
    ):
        answer = client.get(reverse(f"hours:{name}", args=[pk]))
        assert (answer.status_code, member.name in answer.content.decode()) == (HTTPStatus.NOT_FOUND, False)
    study(member)
    client.post(reverse("hours:certificates_of", args=[member.pk]), {"year": "2026", "kind": "record"})
    client.post(reverse("hours:certificate", args=[certificate.pk]))
    with pytest.raises(issuing.CertificateRefusedError):
        issue(member, 2026, "record", ADDRESS, by=stranger)
    assert Certificate.objects.count() == 1


def test_an_operator_or_editor_of_the_unit_issues_nothing(member: Member, branch: Organization) -> None:
    study(member)
    for kind in ("operator", "editor"):
        post = builders.make_member(branch)
        builders.make_role(post, branch, kind)
        with pytest.raises(issuing.CertificateRefusedError):
            issue(member, 2026, "record", ADDRESS, by=post)


def test_trying_again_without_hours_left_says_so(
    member: Member, member_client: Client, certificate: Certificate
) -> None:
    for pk in certificate.entries:
        ledger.reverse(CreditEntry.objects.get(pk=pk), reason="更正", recorded_by=None)
    answer = member_client.post(reverse("hours:certificate", args=[certificate.pk]))
    assert (answer.status_code, bool(answer.context["fault"])) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)


# --- Anybody checks -------------------------------------------------------------------------------------


def test_anybody_learns_validity_year_and_hours_and_no_name(client: Client, certificate: Certificate) -> None:
    answer = client.get(reverse("check_certificate_code", args=[certificate.code]))
    text = answer.content.decode()
    assert (answer.status_code, answer.context["validity"]) == (HTTPStatus.OK, "valid")
    assert "3 学时" in text
    for private in (
        certificate.member.name,
        certificate.member.number,
        "春耕的水肥管理",
        str(certificate.member.organization),
    ):
        assert private not in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_a_corrected_certificate_says_so_and_shows_no_hours(client: Client, certificate: Certificate) -> None:
    ledger.reverse(CreditEntry.objects.get(pk=certificate.entries[0]), reason="更正", recorded_by=None)
    answer = client.get(reverse("check_certificate_code", args=[certificate.code]))
    assert answer.context["validity"] == "corrected"
    assert "3 学时" not in answer.content.decode()


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda code: f" {code[:4]}-{code[4:8]} {code[8:]} ",
        lambda code: "".join(chr(ord(one) + 0xFEE0) for one in code),
    ],
)
def test_a_code_may_be_typed_as_it_is_printed(
    client: Client, certificate: Certificate, write: Callable[[str], str]
) -> None:
    answer = client.post(reverse("check_certificate"), {"code": write(certificate.code)})
    assert answer.context["validity"] == "valid"


@pytest.mark.parametrize(("typed", "same"), [("学员甲", True), (" 学员　甲 ", True), ("别人", False)])
def test_a_name_is_confirmed_only_to_who_types_it(
    client: Client, certificate: Certificate, typed: str, same: bool
) -> None:
    Member.objects.filter(pk=certificate.member_id).update(name="学员甲")
    certificate = issue(certificate.member, 2026, "record", ADDRESS, by=certificate.member)
    # The name that is asked for is the one on the paper, not the one of today.
    Member.objects.filter(pk=certificate.member_id).update(name="别人")
    answer = client.post(reverse("check_certificate"), {"code": certificate.code, "name": typed})
    assert answer.context["same_name"] is same


def test_guessing_is_slowed_and_the_right_code_answered_again_later(
    client: Client, certificate: Certificate, settings: Any
) -> None:
    settings.HOURS_WRONG_CODES = 3
    for guess in ("A" * 16, "B" * 16, "C" * 16):
        assert client.post(reverse("check_certificate"), {"code": guess}).status_code == HTTPStatus.NOT_FOUND
    right = client.get(reverse("check_certificate_code", args=[certificate.code]))
    assert right.status_code == HTTPStatus.TOO_MANY_REQUESTS
    elsewhere = client.get(reverse("check_certificate_code", args=[certificate.code]), REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == HTTPStatus.OK


def test_who_guesses_behind_the_front_server_slows_nobody_else(
    client: Client, certificate: Certificate, settings: Any
) -> None:
    settings.HOURS_WRONG_CODES = 1
    address = reverse("check_certificate_code", args=[certificate.code])

    def answer(here: str, said: str) -> int:
        return client.get(address, REMOTE_ADDR=here, headers={"X-Real-IP": said}).status_code

    wrong = {"code": "A" * 16}
    client.post(reverse("check_certificate"), wrong, REMOTE_ADDR="", headers={"X-Real-IP": "10.0.0.7"})
    assert answer("", "10.0.0.7") == HTTPStatus.TOO_MANY_REQUESTS
    assert answer("", "10.0.0.8") == HTTPStatus.OK
    # Who asks from elsewhere cannot name another address than the own.
    assert answer("10.0.0.7", "10.0.0.8") == HTTPStatus.TOO_MANY_REQUESTS


def test_wrong_names_are_slowed_too(client: Client, certificate: Certificate, settings: Any) -> None:
    settings.HOURS_WRONG_CODES = 2
    statuses = [
        client.post(reverse("check_certificate"), {"code": certificate.code, "name": name}).status_code
        for name in ("甲", "乙", "丙")
    ]
    assert statuses == [HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS]


def test_codes_are_long_and_do_not_repeat() -> None:
    codes = {issuing.new_code() for _ in range(200)}
    assert (len(codes), {len(code) for code in codes}) == (200, {16})
    assert set("".join(codes)) <= set(issuing.ALPHABET)
