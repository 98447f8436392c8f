"""What this room has done by the workers."""

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from .certificates import issuing
from .models import Briefing, Recount, YearClosure
from .statistics import briefings
from .tallies import rebuild
from .years import snapshot


@task()
def check_tallies() -> int:
    """Compare the sums with the ledger; return how many organizations' differ. The first time, count anew.

    Does nothing if it was done meanwhile: the timekeeper asks again while the workers are busy.
    """
    if not rebuild.is_due(timezone.now()):
        return 0
    if not Recount.objects.filter(finished_at__isnull=False).exists():
        return rebuild.rebuild().differing
    return rebuild.check().differing


@task()
def rebuild_tallies(recount_id: int) -> None:
    """Count all sums anew, showing progress in the `Recount`."""
    rebuild.rebuild(Recount.objects.get(pk=recount_id))


@task()
def write_standings(year: int) -> None:
    """Write down what each member had of a year that was closed; goes on where it was broken off."""
    snapshot.write_standings(YearClosure.objects.get(year=year))


@task()
def draw_proof(proof_id: str, address: str) -> None:
    """Make the PDF of a proof; `address` is where its code is checked."""
    issuing.draw(UUID(proof_id), address)


@task()
def write_briefing(briefing_id: int) -> None:
    """Lay out a briefing, unless it is written already or was given up."""
    briefing = Briefing.objects.filter(pk=briefing_id, pdf__isnull=True).first()
    if briefing is not None:
        briefings.write(briefing)
