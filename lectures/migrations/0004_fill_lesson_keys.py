from typing import Any

from django.db import migrations
from django.db.models import F


def fill_lesson_keys(apps: Any, schema_editor: Any) -> None:
    """Name the lesson of each page, and the film of what was watched so far.

    Pages that show one film become one lesson, the earliest page's; aliases follow their source. What members
    hold under the key of a page that is not the earliest goes to the lesson, where they do not hold that.
    """
    Lecture = apps.get_model("lectures", "Lecture")
    key_of_film: dict[int, Any] = {}
    key_of_page: dict[int, Any] = {}
    key_of_translations: dict[Any, Any] = {}
    pages = Lecture.objects.order_by("pk").values_list("pk", "translation_key", "video_id", "alias_of_id")
    # A source may have a higher key than its alias where a page was made into one.
    for pk, translation_key, video_id, _alias in sorted(pages, key=lambda row: (row[3] is not None, row[0])):
        source = _alias and key_of_page.get(_alias)
        shared = key_of_translations.get(translation_key) or (video_id and key_of_film.get(video_id))
        key = source or shared or translation_key
        key_of_page[pk] = key_of_translations[translation_key] = key
        if video_id:
            key_of_film.setdefault(video_id, key)
        Lecture.objects.filter(pk=pk, lesson_key=None).update(lesson_key=key)
        if key != translation_key:
            _hand_over(apps, translation_key, key)
    _name_films(apps)


def _hand_over(apps: Any, old: Any, new: Any) -> None:
    for name in ("WatchSession", "WatchProgress"):
        rows = apps.get_model("lectures", name).objects
        moved = rows.filter(lecture_key=old)
        if name == "WatchProgress":
            moved = moved.exclude(member__in=rows.filter(lecture_key=new).values("member"))
        moved.update(lecture_key=new)


def _name_films(apps: Any) -> None:
    playing = (
        apps.get_model("lectures", "Lecture")
        .objects.filter(video__current_job__isnull=False)
        .order_by("pk")
        .values_list("lesson_key", "video_id", "video__playing_hash")
    )
    versions: dict[Any, str] = {}
    for key, video_id, playing_hash in playing:
        versions.setdefault(key, f"{video_id}:{playing_hash}")
    for name in ("WatchSession", "WatchProgress"):
        rows = apps.get_model("lectures", name).objects
        for key, version in versions.items():
            rows.filter(lecture_key=key, version=None).update(version=version)
    progress = apps.get_model("lectures", "WatchProgress").objects
    progress.filter(watched_at=None, seconds_seen__gt=0).update(watched_at=F("updated_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("lectures", "0003_lesson_keys_and_versions"),
        ("local_videos", "0005_fill_playing_hash"),
    ]

    operations = [migrations.RunPython(fill_lesson_keys, migrations.RunPython.noop)]
