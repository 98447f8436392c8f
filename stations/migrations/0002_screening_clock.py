from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="screening",
            name="version",
            field=models.CharField(
                help_text="Which film plays: LocalVideo.playing_version; empty: unknown.",
                max_length=100,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="heard_at",
            field=models.DateTimeField(
                help_text="Up to here the time has been accrued; empty: since `opened_at`.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="spare",
            field=models.FloatField(
                help_text="Film seconds that the clock permits and nobody reported yet; empty: none.",
                null=True,
            ),
        ),
    ]
