"""Issuing learning records and certificates of hours, each with a code that cannot be guessed.

A code has 16 letters and digits out of 30. The PDF is made by the workers (`hours.certificates.tasks`).
"""

import secrets
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from hours.ledger.names import names_member
from hours.models import Certificate
from hours.permissions import may_revoke
from hours.tallies import rows
from members.models import Member
from members.roles.permissions import members_certified_by

from . import facts
from .tasks import request_rendering

# Without those that are mistaken for another when read aloud or copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16


class CertificateRefusedError(Exception):
    """The certificate cannot be issued; the message is a sentence for the person who asked."""


def issue(member: Member, year: int, kind: str, address: str, *, by: Member) -> Certificate:
    """Issue a certificate for `member` and have its PDF made; the same again while it would say the same.

    A new one replaces the earlier ones of its year and kind. `by` is the member, or somebody who answers for
    the member's unit, which is logged. `address` is where certificates are checked, without the code. The
    kind `CERTIFICATE` needs the year's requirement to be fulfilled. Raises `CertificateRefusedError`.
    """
    with transaction.atomic():
        # Everything that is printed is of one moment: no entry and no name changes until it is stored.
        rows.lock()
        who = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
        member = who.get(pk=member.pk)
        if not members_certified_by(by).filter(pk=member.pk).exists():
            raise CertificateRefusedError(
                _("Certificates are issued by the member's own unit, or by the units above it.")
            )
        found, standing = facts.take(member, year, kind)
        if not found["entries"]:
            raise CertificateRefusedError(_("There are no hours in %(year)s yet.") % {"year": year})
        if kind == Certificate.Kind.CERTIFICATE and not standing.fulfilled:
            raise CertificateRefusedError(
                _("The certificate can be issued when all that %(year)s asks is complete.") % {"year": year}
            )
        digest = facts.digest_of(found)
        earlier = Certificate.objects.filter(member=member, year=year, kind=kind, replaced_at__isnull=True)
        for one in earlier:
            if one.digest == digest and one.revoked_at is None and not one.failed:
                return one
        certificate = Certificate.objects.create(
            code=new_code(),
            member=member,
            year=year,
            kind=kind,
            hours=Decimal(found["hours"]),
            entries=found["entries"],
            facts=found,
            digest=digest,
        )
        earlier.exclude(pk=certificate.pk).update(replaced_at=certificate.issued_at, replaced_by=certificate)
        if by.pk != member.pk:
            log(certificate, "hours.issue_certificate", user=by)
        request_rendering(certificate, address)
    return certificate


def revoke(certificate: Certificate, reason: str, *, by: Member) -> None:
    """Declare `certificate` void for `reason`, which its page shows; logged. It is not issued again as it is.

    Raises `CertificateRefusedError` for whoever may not, without a reason, and for one revoked already.
    """
    reason = reason.strip()
    with transaction.atomic():
        locked = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
        if not may_revoke(by, locked):
            raise CertificateRefusedError(
                _("An officer or administrator above the member revokes; nobody does so for themselves.")
            )
        if locked.revoked_at is not None:
            raise CertificateRefusedError(_("This certificate has been revoked already."))
        if not reason:
            raise CertificateRefusedError(_("Please give the reason why the certificate is revoked."))
        if names_member(locked.member, reason):
            raise CertificateRefusedError(_("Please leave the member's name and number out of the reason."))
        locked.revoked_at, locked.revoked_by, locked.revocation_reason = timezone.now(), by, reason
        locked.save(update_fields=["revoked_at", "revoked_by", "revocation_reason"])
        log(locked, "hours.revoke_certificate", user=by)


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
