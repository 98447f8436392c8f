"""Editors plan what stations show; administrators also keep the stations and sign their screens out."""

from django.db import migrations

VERBS = {
    "Editors": {
        "station": ["view"],
        "screeningplan": ["add", "change", "delete", "view"],
        "stationdevice": ["view"],
    },
    "Moderators": {
        "station": ["add", "change", "delete", "view"],
        "screeningplan": ["add", "change", "delete", "view"],
        "stationdevice": ["delete", "view"],
    },
}


def seed(apps, schema_editor):
    content_type_model = apps.get_model("contenttypes.ContentType")
    permission_model = apps.get_model("auth.Permission")
    for name, models in VERBS.items():
        group, _ = apps.get_model("auth.Group").objects.get_or_create(name=name)
        for model, verbs in models.items():
            content_type, _ = content_type_model.objects.get_or_create(app_label="stations", model=model)
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
        ("stations", "0002_screenings_keep_their_own_clock"),
        ("members", "0002_seed_categories_and_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
