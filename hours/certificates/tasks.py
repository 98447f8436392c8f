"""The PDFs of certificates, made by the workers."""

from uuid import UUID

from django.db import transaction
from django_tasks import task

from hours.models import Certificate

from . import rendering


@task()
def render_certificate(certificate_id: str, address: str) -> None:
    """Make the PDF of a certificate; `address` is where its code is checked."""
    rendering.render(UUID(certificate_id), address)


def request_rendering(certificate: Certificate, address: str) -> None:
    """Have the workers make the PDF once the certificate is committed."""
    transaction.on_commit(lambda: render_certificate.enqueue(str(certificate.pk), address))
