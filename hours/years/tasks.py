"""What is still written after a year was closed, done by the workers."""

from django.db import transaction
from django_tasks import task

from hours.models import YearClosure

from . import snapshot


@task()
def write_standings(year: int) -> None:
    """Write down what each member had of a year that was closed; goes on where it was broken off."""
    snapshot.write_standings(YearClosure.objects.get(year=year))


def request_standings(closure: YearClosure) -> None:
    """Have the workers write down the members' standings once the closing is committed."""
    transaction.on_commit(lambda: write_standings.enqueue(closure.year))
