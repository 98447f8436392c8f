"""Give Wagtail's seeded workflow the name that editors of the district read on its buttons."""

from django.db import migrations

SEEDED = "Moderators approval"
WORKFLOW, TASK = "审核后发布", "管理员审核"


def name_in_chinese(apps, schema_editor):
    apps.get_model("wagtailcore.Workflow").objects.filter(name=SEEDED).update(name=WORKFLOW)
    apps.get_model("wagtailcore.Task").objects.filter(name=SEEDED).update(name=TASK)


def name_as_seeded(apps, schema_editor):
    apps.get_model("wagtailcore.Workflow").objects.filter(name=WORKFLOW).update(name=SEEDED)
    apps.get_model("wagtailcore.Task").objects.filter(name=TASK).update(name=SEEDED)


class Migration(migrations.Migration):
    dependencies = [("site_config", "0002_first_pages"), ("wagtailcore", "0098_apitoken")]
    operations = [migrations.RunPython(name_in_chinese, name_as_seeded)]
