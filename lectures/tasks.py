"""What this room has done by the workers."""

from django_tasks import task
from wagtail.documents.models import Document

from .handouts import read
from .indexing import index_lectures_of


@task()
def index_lectures(video_id: int) -> int:
    """Index the lectures that show the film anew; return how many."""
    return index_lectures_of(video_id)


@task()
def read_document(document_id: int) -> None:
    """Read the text of a PDF or Word file, unless the document has gone meanwhile."""
    document = Document.objects.filter(pk=document_id).first()
    if document is not None:
        read(document)
