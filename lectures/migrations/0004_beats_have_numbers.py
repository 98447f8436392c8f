import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lectures", "0003_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="watchsession",
            name="last_beat",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Highest number of a beat that came in; older ones do not move the position.",
            ),
        ),
        migrations.AlterField(
            model_name="lecture",
            name="credit_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Film, reading and exercise together. Empty: the length of the film.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="minutes that count",
            ),
        ),
    ]
