"""Work of this room that takes longer than a page may: reading and entering lists."""

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from members.models import ListImport

from . import steps

State = ListImport.State


@task()
def read_list(import_id: int) -> None:
    """Read an uploaded list; see `member_import.read`."""
    source = ListImport.objects.filter(pk=import_id).first()
    if source:
        try:
            steps.read(source)
        except Exception:
            _stop(source, State.FAILED)
            raise


@task()
def apply_list(import_id: int) -> None:
    """Enter a list that was confirmed; see `member_import.apply`."""
    source = ListImport.objects.filter(pk=import_id).first()
    if source:
        try:
            steps.apply(source)
        except Exception:
            # What is entered stays entered; the rest can be confirmed again.
            _stop(source, State.READY)
            raise


def _stop(source: ListImport, state: str) -> None:
    with translation.override(source.language):
        fault = _(
            "Something went wrong on our side. Please try again; if that does not help, "
            "tell whoever keeps the site."
        )
    ListImport.objects.filter(pk=source.pk, state__in=ListImport.RUNNING).update(state=state, fault=fault)
