"""The nightly check of the sums and their rebuilding, done by the workers."""

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from hours.models import TallyCheck

from . import rebuild


@task()
def check_tallies() -> int:
    """Compare the sums with the ledger; return how many organizations' differ. The first time, rebuild them.

    Does nothing if it was done meanwhile: the timekeeper asks again while the workers are busy.
    """
    if not rebuild.is_due(timezone.now()):
        return 0
    if not TallyCheck.objects.filter(finished_at__isnull=False).exists():
        return rebuild.rebuild().differing_organizations
    return rebuild.check().differing_organizations


@task()
def rebuild_tallies(check_id: int) -> None:
    """Count all sums anew, showing progress in the `TallyCheck`."""
    rebuild.rebuild(TallyCheck.objects.get(pk=check_id))


def request_rebuild() -> TallyCheck:
    """Have the workers count all sums anew; return the record in which the progress can be watched."""
    with transaction.atomic():
        record = TallyCheck.objects.create(purpose=TallyCheck.Purpose.REBUILD)
        transaction.on_commit(lambda: rebuild_tallies.enqueue(record.pk))
    return record
