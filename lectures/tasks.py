"""Tasks of lectures, run by the default worker."""

from django_tasks import task
from wagtail.documents.models import Document

from .handouts.indexing import read


@task()
def read_document(document_id: int) -> None:
    """Read the text of a PDF or Word file, unless the document has gone meanwhile."""
    document = Document.objects.filter(pk=document_id).first()
    if document is not None:
        read(document)
