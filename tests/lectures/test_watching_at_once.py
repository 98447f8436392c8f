"""Several devices at the same moment, on real connections of their own."""

from functools import partial

import pytest

from hours.models import CreditEntry
from lectures.models import WatchProgress, WatchSession
from lectures.watching import PlayToken, record
from tests.builders import make_member
from tests.threads import at_once

from .films import after, keep_heard, make_film_lecture, open_at

DEVICES = 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_devices_that_open_and_report_at_once() -> None:
    member, lecture = make_member(), make_film_lecture(3600)
    tokens = at_once(*[partial(open_at, member, lecture, after(0))] * DEVICES)
    reports = [
        partial(record, token, [[900 * n, 900 * (n + 1)]], 0, 1, after(450)) for n, token in enumerate(tokens)
    ]
    at_once(*reports)
    assert WatchSession.objects.filter(closed_at=None).count() == 1
    # All opened at one moment, so that three of the four watch sessions had no time at all.
    assert WatchProgress.objects.get().seconds_seen == 900

    token = PlayToken(WatchSession.objects.get(closed_at=None).pk, member.pk)
    keep_heard(token, after(450), after(3600))
    at_once(*[partial(record, token, [[0, 3600]], 3600, 2, after(3600))] * DEVICES)
    assert (WatchProgress.objects.get().seconds_seen, CreditEntry.objects.count()) == (3600, 1)
