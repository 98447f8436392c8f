"""A certificate as PDF, in Chinese, with its code and a QR code of the page that checks it."""

from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.utils import translation

from foundation import qr_codes
from hours.ledger.basis import in_words
from hours.models import Certificate, CreditEntry
from hours.pdf import lay_out
from hours.requirements.standing import standing_of


def render(certificate_id: UUID, address: str) -> None:
    """Make the PDF of a certificate and store it; safe to call again."""
    certificate = Certificate.objects.select_related("member__organization").get(pk=certificate_id)
    if certificate.stored_as:
        return
    try:
        content = pdf_of(certificate, address)
        name = storages["private"].save(f"certificates/{certificate.pk}.pdf", ContentFile(content))
    except Exception:
        Certificate.objects.filter(pk=certificate.pk).update(failed=True)
        raise
    Certificate.objects.filter(pk=certificate.pk).update(stored_as=name, failed=False)


def pdf_of(certificate: Certificate, address: str) -> bytes:
    """Return the certificate as a PDF; `address` is where it is checked, without the code."""
    entries = (
        CreditEntry.objects.filter(member=certificate.member, year=certificate.year)
        .select_related("subject", "recorded_by")
        .order_by("earned_on", "pk")
    )
    if certificate.kind == Certificate.Kind.CERTIFICATE:
        entries = entries.none()
    check = f"{address}{certificate.code}/"
    with translation.override("zh-hans"):
        page = render_to_string(
            "hours/certificate_pdf.html",
            {
                "certificate": certificate,
                "standing": standing_of(certificate.member, certificate.year),
                "rows": [(entry, in_words(entry)) for entry in entries],
                "check": check,
                "qr_code": qr_codes.inline_svg(check, border=4),
            },
        )
    return bytes(lay_out(page).write_pdf())


def opened(certificate: Certificate) -> File:
    """Return the PDF, open for reading. Raises `FileNotFoundError` where it is gone."""
    return storages["private"].open(certificate.stored_as)
