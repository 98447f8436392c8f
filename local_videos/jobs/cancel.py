"""Ends the preparation of a film that an editor no longer wants."""

from django.db import transaction
from django.utils import timezone

from local_videos import faults
from local_videos.models import LocalVideo, TranscodeJob

_State = TranscodeJob.State


def cancel(video: LocalVideo) -> bool:
    """End what waits or runs for `video`; return whether there was anything.

    The worker notices when it next renews its lease, within seconds, and ends ffmpeg. An older version of the
    film plays on.
    """
    with transaction.atomic():
        ended = video.jobs.filter(state__in=[_State.QUEUED, _State.RUNNING]).update(
            state=_State.FAILED, reason=faults.CANCELLED, log="", finished_at=timezone.now(), lease_until=None
        )
        if ended:
            LocalVideo.objects.filter(pk=video.pk).update(state=LocalVideo.State.FAILED)
    return bool(ended)
