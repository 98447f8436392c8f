"""Lets editors and moderators keep the district's words, synonyms and promoted results."""

from django.db import migrations

KEPT = [("search", "dictionaryword"), ("search", "synonyms"), ("wagtailsearchpromotions", "searchpromotion")]


def allow(apps, schema_editor):
    permission_model = apps.get_model("auth.Permission")
    content_type_model = apps.get_model("contenttypes.ContentType")
    for app, model in KEPT:
        # Django writes its permissions only after all migrations have run.
        content_type, _ = content_type_model.objects.get_or_create(app_label=app, model=model)
        for verb in ("add", "change", "delete"):
            permission, _ = permission_model.objects.get_or_create(
                content_type=content_type,
                codename=f"{verb}_{model}",
                defaults={"name": f"Can {verb} {model}"},
            )
            for group in apps.get_model("auth.Group").objects.filter(name__in=["Editors", "Moderators"]):
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0003_dictionary"),
        ("members", "0002_seed_categories_and_groups"),
        ("wagtailsearchpromotions", "0001_initial"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
