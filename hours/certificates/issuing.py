"""Issuing learning records and certificates of hours, each with a code that cannot be guessed.

A code has 16 letters and digits out of 30. The PDF is made by the workers (`hours.certificates.tasks`).
"""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from hours.models import Certificate, CreditEntry
from hours.requirements.standing import standing_of
from members.models import Member
from members.roles.permissions import members_certified_by

from .tasks import request_rendering

# Without those that are mistaken for another when read aloud or copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16


class CertificateRefusedError(Exception):
    """The certificate cannot be issued; the message is a sentence for the person who asked."""


def issue(member: Member, year: int, kind: str, address: str, *, by: Member) -> Certificate:
    """Issue a certificate for `member` and have its PDF made; the same again while nothing has changed.

    `by` is the member, or somebody who answers for the member's unit, which is logged. `address` is where
    certificates are checked, without the code. The kind `CERTIFICATE` needs the year's requirement to be
    fulfilled. Raises `CertificateRefusedError`.
    """
    if not members_certified_by(by).filter(pk=member.pk).exists():
        raise CertificateRefusedError(
            _("Certificates are issued by the member's own unit, or by the units above it.")
        )
    standing = standing_of(member, year)
    entries = sorted(
        CreditEntry.objects.filter(member=member, year=year).in_force().values_list("pk", flat=True)
    )
    if not entries:
        raise CertificateRefusedError(_("There are no hours in %(year)s yet.") % {"year": year})
    if kind == Certificate.Kind.CERTIFICATE and not standing.fulfilled:
        raise CertificateRefusedError(
            _("The certificate can be issued when all that %(year)s asks is complete.") % {"year": year}
        )
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True).only("pk").get(pk=member.pk)
        latest = Certificate.objects.filter(member=member, year=year, kind=kind).first()
        if latest is not None and latest.entries == entries and not latest.failed:
            return latest
        certificate = Certificate.objects.create(
            code=new_code(), member=member, year=year, kind=kind, hours=standing.earned, entries=entries
        )
        if by.pk != member.pk:
            log(certificate, "hours.issue_certificate", user=by)
        request_rendering(certificate, address)
    return certificate


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
