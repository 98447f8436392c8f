"""Say beside each field what belongs there; propose this year."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import exemplars.models


class Migration(migrations.Migration):
    dependencies = [
        ("exemplars", "0002_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="relatedlesson",
            options={"ordering": ["sort_order"], "verbose_name": "related lesson"},
        ),
        migrations.AlterField(
            model_name="exemplar",
            name="name",
            field=models.CharField(
                help_text="Of the person or organization, as it may be published.",
                max_length=80,
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="exemplar",
            name="place",
            field=models.CharField(
                blank=True,
                help_text="Village, community or unit; no address.",
                max_length=80,
                verbose_name="place",
            ),
        ),
        migrations.AlterField(
            model_name="exemplar",
            name="portrait",
            field=models.ForeignKey(
                blank=True,
                help_text="Stands across the page when there is no film, and on the card in lists.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailimages.image",
                verbose_name="portrait",
            ),
        ),
        migrations.AlterField(
            model_name="exemplar",
            name="summary",
            field=models.CharField(
                blank=True,
                help_text="What they did; it stands below the title and in lists.",
                max_length=120,
                verbose_name="in one sentence",
            ),
        ),
        migrations.AlterField(
            model_name="exemplar",
            name="video",
            field=models.ForeignKey(
                blank=True,
                help_text="Open to everybody who may see this page. It plays as soon as it is ready.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exemplars",
                to="local_videos.localvideo",
                verbose_name="film",
            ),
        ),
        migrations.AlterField(
            model_name="exemplar",
            name="year",
            field=models.PositiveSmallIntegerField(
                default=exemplars.models.this_year,
                help_text="The year of the commendation or of the story.",
                validators=[django.core.validators.MinValueValidator(1921)],
                verbose_name="year",
            ),
        ),
    ]
