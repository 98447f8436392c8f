"""One-page briefings, written by the workers."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from hours.models import Briefing
from members.models import Member, MemberCategory, Organization

from . import briefings

KEPT = timedelta(days=1)


@task()
def write_briefing(briefing_id: int) -> None:
    """Write a briefing, unless it is written already or was deleted meanwhile."""
    briefing = Briefing.objects.filter(pk=briefing_id, pdf__isnull=True).first()
    if briefing is not None:
        briefings.write(briefing)


def request_briefing(
    by: Member, organization: Organization, year: int, category: MemberCategory | None
) -> Briefing:
    """Have a briefing written; `by` must be allowed to see these figures.

    What the same person asked for more than a day ago is deleted.
    """
    with transaction.atomic():
        Briefing.objects.filter(requested_by=by, requested_at__lt=timezone.now() - KEPT).delete()
        briefing = Briefing.objects.create(
            requested_by=by,
            organization=organization,
            year=year,
            category=category,
            language=translation.get_language() or "zh-hans",
        )
        transaction.on_commit(lambda: write_briefing.enqueue(briefing.pk))
    return briefing
