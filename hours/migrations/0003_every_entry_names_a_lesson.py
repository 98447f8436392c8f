"""Every ledger row names a lesson; training without a lecture of ours gets a key from its caller."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hours", "0002_initial")]
    operations = [
        migrations.AlterField(
            model_name="creditentry",
            name="lecture_key",
            field=models.UUIDField(
                help_text="The lecture's translation_key: it survives an editor's delete-and-add."
            ),
        ),
    ]
