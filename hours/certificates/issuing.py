"""Issuing proofs of hours, making their PDF, and telling whether one still holds.

A code has 16 letters and digits out of 30: it cannot be guessed. Whoever asks learns whether the proof is
valid, its year and its hours; a name only by typing it.
"""

import enum
import secrets
import unicodedata
from uuid import UUID

import segno
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from hours.ledger.basis import in_words
from hours.models import CreditEntry, Proof
from hours.pdf import lay_out
from hours.requirements.standing import standing_of
from members.models import Member
from members.roles.permissions import members_proved_by

# Without those that are mistaken for another when read aloud or copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16


class Validity(enum.Enum):
    """What can be said of a proof today."""

    VALID = "valid"
    CORRECTED = "corrected"
    REPLACED = "replaced"


class ProofRefusedError(Exception):
    """The proof cannot be issued; the message is a sentence for the person who asked."""


def issue(member: Member, year: int, kind: str, address: str, *, by: Member) -> Proof:
    """Issue a proof for `member` and have its PDF made; the same again while nothing has changed.

    `by` is the member, or somebody who answers for the member's unit, which is logged. `address` is where
    proofs are checked, without the code. A certificate needs the year's requirement to be fulfilled. Raises
    `ProofRefusedError`.
    """
    from hours import tasks  # noqa: PLC0415  tasks name this module

    if not members_proved_by(by).filter(pk=member.pk).exists():
        raise ProofRefusedError(_("Proofs are issued by the member's own unit, or by the units above it."))
    standing = standing_of(member, year)
    entries = sorted(
        CreditEntry.objects.filter(member=member, year=year).in_force().values_list("pk", flat=True)
    )
    if not entries:
        raise ProofRefusedError(_("There are no hours in %(year)s yet.") % {"year": year})
    if kind == Proof.Kind.CERTIFICATE and not standing.fulfilled:
        raise ProofRefusedError(
            _("The certificate can be issued when all that %(year)s asks is complete.") % {"year": year}
        )
    with transaction.atomic():
        Member.objects.select_for_update().only("pk").get(pk=member.pk)
        latest = Proof.objects.filter(member=member, year=year, kind=kind).first()
        if latest is not None and latest.entries == entries and not latest.failed:
            return latest
        proof = Proof.objects.create(
            code=new_code(), member=member, year=year, kind=kind, hours=standing.earned, entries=entries
        )
        if by.pk != member.pk:
            log(proof, "hours.issue_proof", user=by)
        transaction.on_commit(lambda: tasks.draw_proof.enqueue(str(proof.pk), address))
    return proof


def draw(proof_id: UUID, address: str) -> None:
    """Make the PDF of a proof and store it; safe to call again."""
    proof = Proof.objects.select_related("member__organization").get(pk=proof_id)
    if proof.stored_as:
        return
    try:
        content = pdf_of(proof, address)
        name = storages["private"].save(f"proofs/{proof.pk}.pdf", ContentFile(content))
    except Exception:
        Proof.objects.filter(pk=proof.pk).update(failed=True)
        raise
    Proof.objects.filter(pk=proof.pk).update(stored_as=name, failed=False)


def pdf_of(proof: Proof, address: str) -> bytes:
    """Return the proof as a PDF in Chinese, with its code and a QR code of the page that checks it."""
    entries = (
        CreditEntry.objects.filter(member=proof.member, year=proof.year)
        .select_related("subject", "recorded_by")
        .order_by("earned_on", "pk")
    )
    if proof.kind == Proof.Kind.CERTIFICATE:
        entries = entries.none()
    check = f"{address}{proof.code}/"
    with translation.override("zh-hans"):
        page = render_to_string(
            "hours/proof_pdf.html",
            {
                "proof": proof,
                "standing": standing_of(proof.member, proof.year),
                "rows": [(entry, in_words(entry)) for entry in entries],
                "check": check,
                "qr_code": mark_safe(segno.make(check, error="m", micro=False).svg_inline(scale=3)),  # noqa: S308  drawn by segno
            },
        )
    return bytes(lay_out(page).write_pdf())


def opened(proof: Proof) -> File:
    """Return the PDF, open for reading. Raises `FileNotFoundError` where it is gone."""
    return storages["private"].open(proof.stored_as)


def validity(proof: Proof) -> Validity:
    """Return whether the hours that the proof rests on still stand."""
    if not CreditEntry.objects.filter(reverses__in=proof.entries).exists():
        return Validity.VALID
    newer = Proof.objects.filter(
        member_id=proof.member_id, year=proof.year, kind=proof.kind, issued_at__gt=proof.issued_at
    )
    return Validity.REPLACED if newer.exists() else Validity.CORRECTED


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def tidy_code(typed: str) -> str:
    """Return what somebody typed as a code is stored: full-width letters, hyphens and spaces are the same."""
    return "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum())


def same_name(proof: Proof, typed: str) -> bool:
    """Return whether `typed` is the name on the proof; spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", typed).split()) == "".join(proof.member.name.split())
