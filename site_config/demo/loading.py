"""Loads the whole demo, in the order in which things rest on each other. Loading again changes nothing."""

from collections.abc import Callable

from django.utils import timezone

from local_videos.jobs import worker

from . import films, library, palette, people, records, stations, tasks

Say = Callable[[str], None]


def load(
    say: Say, *, film_seconds: float | None = None, film_limit: int | None = None, wait: bool = False
) -> None:
    """Load people, lessons, menus, stations, records and films, telling `say` line by line.

    `film_seconds`: length of each film instead of its natural one. `film_limit`: how many pages get films.
    `wait`: make and prepare the films now, in this process; else the films' worker does so.
    Raises `palette.FontMissingError` before anything is written.
    """
    palette.font("title", 20)
    year = timezone.localdate().year
    for what, step in (
        ("members", people.load_people),
        ("lectures", library.load_lectures),
        ("courses", library.load_courses),
        ("exemplars", library.load_exemplars),
        ("menus", lambda: library.load_menus(year)),
        ("stations and their plans", stations.load_stations),
        ("records of study", lambda: records.load_records(year, film_seconds)),
    ):
        added = step()
        say(f"{what}: {added} added" if added else f"{what}: already there")
    library.fill_home()
    _load_films(say, film_seconds, film_limit, wait)


def _load_films(say: Say, seconds: float | None, limit: int | None, wait: bool) -> None:
    pages = list(films.pages_without_film(limit))
    if not pages:
        say("films: already there")
    elif not wait:
        for page in pages:
            tasks.make_film.enqueue(page.pk, seconds)
        say(f"films: {len(pages)} will be made by the films' worker")
    for number, page in enumerate(pages if wait else [], start=1):
        video = films.make_film(page, seconds)
        job = video.jobs.latest("pk")
        worker.run_job(job.pk)
        job.refresh_from_db()
        say(f"film {number} of {len(pages)}: {page.slug}, {video.duration:.0f} s, {job.state}")
