"""Reading and entering lists as tasks of the workers: both take longer than a page may."""

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from members.models import ListImport

from . import lifecycle

State = ListImport.State


@task()
def read_list(import_id: int) -> None:
    """Read an uploaded list; see `lifecycle.read`."""
    source = ListImport.objects.filter(pk=import_id).first()
    if source:
        try:
            lifecycle.read(source)
        except Exception:
            _stop(source, State.FAILED)
            raise


@task()
def apply_list(import_id: int) -> None:
    """Enter a list that was confirmed; see `lifecycle.apply`."""
    source = ListImport.objects.filter(pk=import_id).first()
    if source:
        try:
            lifecycle.apply(source)
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
