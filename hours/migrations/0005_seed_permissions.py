"""What administrators and those who answer for a unit may do with hours in the editors' site.

Nobody is given a right to add, change or delete ledger entries there: hours enter through `hours.ledger`.
"""

from django.db import migrations

GRANTS = {
    "Moderators": {
        "creditentry": ["view"],
        "exemption": ["add", "change", "delete", "view"],
        "hourrequirement": ["add", "change", "view"],
        "creditrule": ["add", "change", "view"],
        "subject": ["add", "change", "view"],
    },
    "Responsible": {"creditentry": ["view"]},
}


def grant(apps, schema_editor):
    permission_model = apps.get_model("auth.Permission")
    content_type_model = apps.get_model("contenttypes.ContentType")
    for group_name, models in GRANTS.items():
        group = apps.get_model("auth.Group").objects.get(name=group_name)
        for model, verbs in models.items():
            content_type, _ = content_type_model.objects.get_or_create(app_label="hours", model=model)
            for verb in verbs:
                # Django writes its permissions only after all migrations have run.
                permission, _ = permission_model.objects.get_or_create(
                    content_type=content_type,
                    codename=f"{verb}_{model}",
                    defaults={"name": f"Can {verb} {model}"},
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("hours", "0004_seed_rules_and_subjects"),
        ("members", "0002_seed_categories_and_groups"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
