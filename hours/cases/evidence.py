"""Evidence of training: a picture or a PDF, judged by its content, kept away from the web server's folders.

Pictures are encoded anew: what a phone writes beside them (place, device, time) is not kept.
"""

import io
import warnings
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from hours.models import Evidence
from members.models import Member

MOST_PAGES = 30
LONGEST_SIDE = 2400  # pixels; a certificate can be read at that size
_QUALITY = 85
_ORPHAN_HOURS = 24


class EvidenceRefusedError(Exception):
    """The file is not taken; the message is a sentence for whoever uploaded it."""


def keep(upload: UploadedFile, uploaded_by: Member) -> Evidence:
    """Store what was uploaded and return its record. Raises `EvidenceRefusedError`."""
    most = settings.HOURS_EVIDENCE_MAX_BYTES
    if (upload.size or 0) > most:
        raise EvidenceRefusedError(
            _("The file is larger than %(most)s MB. Please upload a smaller one.") % {"most": most // 1024**2}
        )
    content = upload.read()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        form, content = Evidence.Form.PDF, _checked_pdf(content)
    else:
        form, content = Evidence.Form.PICTURE, _encoded_anew(content)
    evidence = Evidence(uploaded_by=uploaded_by, form=form)
    ending = "pdf" if form == Evidence.Form.PDF else "jpg"
    evidence.stored_as = storages["private"].save(f"evidence/{evidence.pk}.{ending}", ContentFile(content))
    evidence.save()
    return evidence


def opened(evidence: Evidence) -> File:
    """Return the stored file, open for reading. Raises `FileNotFoundError` where it is gone."""
    if not evidence.stored_as:
        raise FileNotFoundError(evidence.pk)
    return storages["private"].open(evidence.stored_as)


def remove(evidence: Evidence) -> None:
    """Delete the record, and the file once that is certain."""
    name = evidence.stored_as
    evidence.delete()
    transaction.on_commit(lambda: storages["private"].delete(name))


def sweep() -> int:
    """Remove evidence that no training was entered with; return how many that were."""
    before = timezone.now() - timedelta(hours=_ORPHAN_HOURS)
    orphans = list(Evidence.objects.filter(training__isnull=True, uploaded_at__lt=before))
    for orphan in orphans:
        remove(orphan)
    return len(orphans)


def _checked_pdf(content: bytes) -> bytes:
    """Return a PDF that opens without a password and is no book."""
    import pypdf  # noqa: PLC0415  slow to import, and rarely needed

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        pages = 0 if reader.is_encrypted else len(reader.pages)
    # pypdf meets broken files with errors of every kind; all mean the same here.
    except Exception as fault:
        raise EvidenceRefusedError(
            _("This PDF is damaged. Please upload it anew, or a photograph.")
        ) from fault
    if not pages:
        raise EvidenceRefusedError(
            _("This PDF is locked or empty. Please upload one that opens, or a photograph.")
        )
    if pages > MOST_PAGES:
        raise EvidenceRefusedError(
            _("This PDF has more than %(most)s pages. Please upload the page with the certificate alone.")
            % {"most": MOST_PAGES}
        )
    return content


def _encoded_anew(content: bytes) -> bytes:
    """Return the picture as a JPEG of reasonable size, upright, with nothing but its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    # As above: whatever Pillow makes of it, it is no picture for us.
    except Exception as fault:
        raise EvidenceRefusedError(
            _("This is neither a picture (JPEG, PNG, WebP) nor a PDF. Please upload a photograph or a PDF.")
        ) from fault
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    drawn = io.BytesIO()
    plain.save(drawn, "JPEG", quality=_QUALITY, optimize=True)
    return drawn.getvalue()
