"""The groups of the editors' site, and what each may do: the table in `site_config.group_permissions`."""

from django.db import migrations

from site_config.group_permissions import grant


def give(apps, schema_editor):
    grant(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("site_config", "0002_first_pages"),
        ("hours", "0003_rules_and_report_groups"),
        ("local_videos", "0002_initial"),
        ("search", "0001_initial"),
        ("stations", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0011_add_choose_permissions"),
        ("wagtailsearchpromotions", "0001_initial"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
