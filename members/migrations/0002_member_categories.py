"""The member categories that every district starts with; administrators may add more."""

from django.db import migrations

CATEGORIES = [
    ("rural", "农村党员", "leaf"),
    ("government", "机关党员", "lamp-desk"),
    ("non_public", "非公企业党员", "cog"),
    ("new", "新党员", "sprout"),
    ("floating", "流动党员", "route"),
]


def seed(apps, schema_editor):
    category = apps.get_model("members.MemberCategory")
    for place, (slug, name, icon) in enumerate(CATEGORIES, start=1):
        category.objects.update_or_create(
            slug=slug, defaults={"name": name, "icon": icon, "sort_order": place * 10}
        )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
