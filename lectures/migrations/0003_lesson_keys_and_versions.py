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
        migrations.AlterField(
            model_name="watchprogress",
            name="seen",
            field=models.JSONField(
                default=list,
                help_text="Distinct intervals of seconds: [[from, to], …], in order; watched in one year.",
            ),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="watched_at",
            field=models.DateTimeField(
                help_text="Latest moment at which `seen` was watched.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="seen_before",
            field=models.JSONField(help_text="As `seen`, of earlier years; empty: nothing.", null=True),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="before_at",
            field=models.DateTimeField(
                help_text="Latest moment at which that was watched.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="film_since",
            field=models.DateTimeField(
                help_text="When the session opened with which another film was begun.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="watchprogress",
            name="done_year",
            field=models.PositiveSmallIntegerField(
                help_text="Up to this year it is completed, and what was watched until then adds nothing more.",
                null=True,
            ),
        ),
    ]
