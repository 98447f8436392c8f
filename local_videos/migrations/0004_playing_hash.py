from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("local_videos", "0003_film_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="localvideo",
            name="playing_hash",
            field=models.CharField(
                blank=True,
                db_default="",
                editable=False,
                help_text="The content_hash of the file that the current job was made from.",
                max_length=64,
            ),
        ),
    ]
