from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lectures", "0004_fill_lesson_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lecture",
            name="lesson_key",
            field=models.UUIDField(
                blank=True,
                db_index=True,
                editable=False,
                help_text="The lesson by which hours are credited; see lesson_keys.py.",
            ),
        ),
    ]
