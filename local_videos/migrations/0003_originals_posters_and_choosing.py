import django.utils.timezone
from django.db import migrations, models

import local_videos.storage


class Migration(migrations.Migration):
    dependencies = [("local_videos", "0002_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="localvideo",
            options={
                "ordering": ["-uploaded_at"],
                "permissions": [("choose_localvideo", "Can choose local video")],
                "verbose_name": "local video",
                "verbose_name_plural": "local videos",
            },
        ),
        migrations.AddField(
            model_name="caption",
            name="updated_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="localvideo",
            name="poster_is_own",
            field=models.BooleanField(
                default=True,
                editable=False,
                help_text="The poster was taken from the film, so a new film brings a new one.",
            ),
        ),
        migrations.AlterField(
            model_name="localvideo",
            name="original",
            field=models.FileField(
                storage=local_videos.storage.OriginalsStorage(),
                upload_to=local_videos.storage.original_name,
                verbose_name="film",
            ),
        ),
    ]
