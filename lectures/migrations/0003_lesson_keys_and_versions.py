from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lectures", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="lecture",
            name="lesson_key",
            field=models.UUIDField(
                blank=True,
                db_index=True,
                editable=False,
                help_text="The lesson by which hours are credited; see lesson_keys.py.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchsession",
            name="version",
            field=models.CharField(
                help_text="Which film plays: LocalVideo.playing_version; empty: unknown.",
                max_length=100,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchsession",
            name="heard_at",
            field=models.DateTimeField(
                help_text="Up to here the time has been accrued; empty: since the session was opened.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchsession",
            name="spare",
            field=models.FloatField(
                help_text="Film seconds that the clock permits and nobody reported yet; empty: none.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="version",
            field=models.CharField(help_text="As of the watch session.", max_length=100, null=True),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="begun_at",
            field=models.DateTimeField(
                help_text="When the session opened with which it was begun anew: for a new year, for another film.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="watched_at",
            field=models.DateTimeField(
                help_text="Latest moment at which what is seen was watched.",
                null=True,
            ),
        ),
    ]
