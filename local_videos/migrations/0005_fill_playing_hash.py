from typing import Any

from django.db import migrations
from django.db.models import F


def fill_playing_hash(apps: Any, schema_editor: Any) -> None:
    """Name the file that each film plays: until now none was told from the one uploaded last."""
    films = apps.get_model("local_videos", "LocalVideo").objects
    films.filter(current_job__isnull=False, playing_hash="").update(playing_hash=F("content_hash"))


class Migration(migrations.Migration):
    dependencies = [
        ("local_videos", "0004_playing_hash"),
    ]

    operations = [migrations.RunPython(fill_playing_hash, migrations.RunPython.noop)]
