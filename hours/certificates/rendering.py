"""A certificate as PDF, in Chinese, with its code and a QR code of the page that checks it."""

from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from foundation import qr_codes
from hours.models import Certificate
from hours.pdf import lay_out
from hours.tallies import rows

from . import facts


def render(certificate_id: UUID, address: str) -> None:
    """Make the PDF of a certificate and store it; safe to call again. Of whoever has left none is made."""
    certificate = Certificate.objects.select_related("member__organization").get(pk=certificate_id)
    if certificate.stored_as or certificate.is_forgotten:
        return
    try:
        if certificate.facts is None and not _fix_facts(certificate):
            Certificate.objects.filter(pk=certificate.pk).update(failed=True)
            return
        content = pdf_of(certificate, address)
        name = storages["private"].save(f"certificates/{certificate.pk}.pdf", ContentFile(content))
    except Exception:
        Certificate.objects.filter(pk=certificate.pk).update(failed=True)
        raise
    _keep(certificate, name)


def pdf_of(certificate: Certificate, address: str) -> bytes:
    """Return the certificate as a PDF, drawn from its facts; `address` is where it is checked."""
    assert certificate.facts  # noqa: S101  the caller has seen to it
    check = f"{address}{certificate.code}/"
    with translation.override("zh-hans"):
        page = render_to_string(
            "hours/certificate_pdf.html",
            {
                "certificate": certificate,
                "facts": certificate.facts,
                "rows": facts.lines_of(certificate.facts),
                "parts": facts.parts_of(certificate.facts),
                "check": check,
                "qr_code": qr_codes.inline_svg(check, border=4),
            },
        )
    return bytes(lay_out(page).write_pdf())


def _fix_facts(certificate: Certificate) -> bool:
    """Fix what a certificate says that was issued before facts were kept, if the ledger still says it."""
    with transaction.atomic():
        rows.lock()
        found, _standing = facts.take(certificate.member, certificate.year, certificate.kind)
        if found["entries"] != certificate.entries:
            return False
        certificate.facts, certificate.digest = found, facts.digest_of(found)
        certificate.save(update_fields=["facts", "digest"])
    return True


def _keep(certificate: Certificate, name: str) -> None:
    """Note the stored file, unless the member left or another worker was done meanwhile: then delete it."""
    with transaction.atomic():
        now = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
        if not now.stored_as and not now.is_forgotten:
            now.stored_as, now.failed = name, False
            now.save(update_fields=["stored_as", "failed"])
            return
    storages["private"].delete(name)


def opened(certificate: Certificate) -> File:
    """Return the PDF, open for reading. Raises `FileNotFoundError` where it is gone."""
    return storages["private"].open(certificate.stored_as)
