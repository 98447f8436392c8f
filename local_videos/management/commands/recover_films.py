"""`recover_films`: call it about every 30 seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from local_videos.jobs.recovery import recover_stale_jobs, sweep_scratch, sweep_superseded
from local_videos.playback.streaming import sweep_expired_streams
from local_videos.upload import resumable


class Command(BaseCommand):
    """Give the jobs of dead workers to others and remove what nobody may or needs to see any more."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every sweep once."""
        done = (
            f"jobs queued again: {recover_stale_jobs()}, unfinished work removed: {sweep_scratch()}, "
            f"streams ended: {sweep_expired_streams()}, old versions removed: {sweep_superseded()}, "
            f"uploads made films: {resumable.finish_left_behind()}, given up: {resumable.sweep_expired()}"
        )
        if options["verbosity"]:
            self.stdout.write(done)
