"""What a certificate says is fixed when it is issued; a newer one replaces it, an officer revokes it."""

import io
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pypdf
import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from hours import ledger
from hours.certificates import checking, issuing, rendering
from hours.certificates.checking import Validity, validity
from hours.certificates.issuing import issue
from hours.models import Certificate, CreditEntry, HourRequirement
from members.changes import leaving
from members.models import Member, Organization
from tests import builders

from .case_parts import signed_in
from .test_certificates import ADDRESS, study

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def issued(member: Member, kind: str = "record") -> Certificate:
    return issue(member, 2026, kind, ADDRESS, by=member)


def printed(certificate: Certificate) -> str:
    certificate.refresh_from_db()
    pages = pypdf.PdfReader(io.BytesIO(rendering.pdf_of(certificate, ADDRESS))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def change_everything(member: Member) -> None:
    """Change whatever is printed on a record that was issued before."""
    study(member, 45, "后来的一讲")
    ledger.reverse(CreditEntry.objects.order_by("pk")[0], reason="后来更正", recorded_by=None)
    Member.objects.filter(pk=member.pk).update(name="改了名")
    Organization.objects.filter(pk=member.organization_id).update(name="改了名的支部")
    HourRequirement.objects.all().delete()
    HourRequirement.objects.create(valid_from=date(2026, 1, 1), hours=Decimal(77))


def test_the_paper_says_what_was_true_when_it_was_issued(member: Member, branch: Organization) -> None:
    HourRequirement.objects.create(
        valid_from=date(2026, 1, 1), hours=Decimal(6), measure="part", delivery_kinds=["group_study"]
    )
    study(member)
    study(member, 45, "急救现场课")
    certificate = issued(member)
    before = printed(certificate)
    for said in ("春耕的水肥管理", "急救现场课", branch.name, "合计3", "3/6"):
        assert said in before
    change_everything(member)
    assert printed(certificate) == before


CHANGES: dict[str, Any] = {
    "name": lambda member: Member.objects.filter(pk=member.pk).update(name="改了名"),
    "unit": lambda member: Organization.objects.filter(pk=member.organization_id).update(name="改名支部"),
    "more hours": study,
    "taken back": lambda member: ledger.reverse(
        CreditEntry.objects.latest("pk"), reason="更正", recorded_by=None
    ),
    "asked": lambda member: HourRequirement.objects.update(hours=Decimal(9)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["record", "certificate"])
def test_only_what_says_the_same_is_the_same_again(member: Member, kind: str, change: str) -> None:
    HourRequirement.objects.filter(applies_to="posts").delete()
    HourRequirement.objects.update(hours=Decimal(1))
    for _ in range(5):
        study(member)
    first = issued(member, kind)
    assert issued(member, kind) == first
    CHANGES[change](member)
    second = issued(Member.objects.get(pk=member.pk), kind)
    first.refresh_from_db()
    assert (second.pk != first.pk, first.replaced_by_id, first.replaced_at) == (
        True,
        second.pk,
        second.issued_at,
    )
    assert (validity(first), validity(second)) == (Validity.REPLACED, Validity.VALID)
    assert second.hours == sum(entry.hours for entry in CreditEntry.objects.filter(member=member))


def test_a_record_replaces_no_certificate_and_nobody_elses(member: Member) -> None:
    HourRequirement.objects.all().delete()
    neighbour = builders.make_member(member.organization)
    for each in (member, neighbour):
        study(each)
    kept = [issued(member, "certificate"), issued(neighbour)]
    issued(member)
    study(member)
    issued(member)
    for one in kept:
        one.refresh_from_db()
        assert one.replaced_by_id is None


def test_anybody_reads_since_when_a_newer_one_stands_in_its_place(client: Client, member: Member) -> None:
    study(member)
    first = issued(member)
    study(member)
    issued(member)
    answer = client.get(reverse("check_certificate_code", args=[first.code]))
    assert answer.context["validity"] == "replaced"
    assert "替代" in answer.content.decode()
    assert "已被新的凭证替代" in signed_in(member).get(reverse("hours:certificates")).content.decode()


# --- Revoking -------------------------------------------------------------------------------------------


def revoke(by: Member, certificate: Certificate, reason: str = "姓名有误，重新开具") -> int:
    address = reverse("hours:certificate", args=[certificate.pk])
    return signed_in(by).post(address, {"revoke": "1", "reason": reason}).status_code


def test_an_officer_revokes_with_a_reason_that_all_read(
    client: Client, member: Member, officer: Member
) -> None:
    study(member)
    certificate = issued(member)
    for missing in ("", "  ", f"{member.name}有误"):
        assert revoke(officer, certificate, missing) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert revoke(officer, certificate) == HTTPStatus.FOUND
    assert revoke(officer, certificate) == HTTPStatus.UNPROCESSABLE_ENTITY
    log = ModelLogEntry.objects.get(action="hours.revoke_certificate")
    assert (log.user, log.object_id) == (officer, str(certificate.pk))
    certificate.refresh_from_db()
    assert (certificate.revoked_by, validity(certificate)) == (officer, Validity.REVOKED)
    answer = client.get(reverse("check_certificate_code", args=[certificate.code]))
    assert (answer.context["validity"], "学时</dt>" in answer.content.decode()) == ("revoked", False)
    page = signed_in(member).get(reverse("hours:certificate", args=[certificate.pk])).content.decode()
    assert "姓名有误，重新开具" in page
    pdf = signed_in(member).get(reverse("hours:certificate_pdf", args=[certificate.pk]))
    assert pdf.status_code == HTTPStatus.FOUND
    again = issued(member)
    assert (again != certificate, validity(again)) == (True, Validity.VALID)
    certificate.refresh_from_db()
    assert validity(certificate) == Validity.REVOKED


def test_neither_member_nor_secretary_nor_stranger_revokes(
    member: Member, officer: Member, secretary: Member, stranger: Member
) -> None:
    study(member)
    study(officer)
    certificate, own = issued(member), issued(officer)
    for who, one in (
        (member, certificate),
        (secretary, certificate),
        (stranger, certificate),
        (officer, own),
    ):
        assert revoke(who, one) in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND}
        with pytest.raises(issuing.CertificateRefusedError):
            issuing.revoke(one, "有误", by=who)
    page = signed_in(secretary).get(reverse("hours:certificate", args=[certificate.pk]))
    assert 'name="revoke"' not in page.content.decode()
    assert not Certificate.objects.filter(revoked_at__isnull=False).exists()


# --- Older ones, and those of who left ------------------------------------------------------------------


def test_one_issued_before_facts_were_kept_is_fixed_on_first_need_or_made_anew(member: Member) -> None:
    study(member)
    certificate = issued(member)
    Certificate.objects.update(facts=None, digest="")
    certificate.refresh_from_db()
    assert checking.is_name_on(certificate, member.name)
    rendering.render(certificate.pk, ADDRESS)
    certificate.refresh_from_db()
    assert ((certificate.facts or {})["name"], bool(certificate.stored_as)) == (member.name, True)
    Certificate.objects.update(facts=None, digest="", stored_as="")
    study(member)
    rendering.render(certificate.pk, ADDRESS)
    certificate.refresh_from_db()
    assert (certificate.facts, certificate.stored_as, certificate.failed) == (None, "", True)


def test_who_leaves_takes_what_was_printed_along(
    client: Client, member: Member, district: Organization
) -> None:
    keeper = builders.make_member(district)
    builders.make_role(keeper, district, "administrator")
    study(member)
    certificate, name = issued(member), member.name
    leaving.anonymise(member, by=keeper)
    certificate.refresh_from_db()
    assert (certificate.facts, certificate.digest) == ({}, "")
    # A worker that comes late draws nothing, and what it has drawn is thrown away.
    rendering.render(certificate.pk, ADDRESS)
    late = storages["private"].save("certificates/late.pdf", io.BytesIO(name.encode()))
    rendering._keep(certificate, late)
    certificate.refresh_from_db()
    assert (certificate.stored_as, storages["private"].exists(late)) == ("", False)
    for typed in (name, Member.objects.get(pk=member.pk).name):
        answer = client.post(reverse("check_certificate"), {"code": certificate.code, "name": typed})
        assert (answer.context["validity"], answer.context.get("same_name")) == ("valid", None)
