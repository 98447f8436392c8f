"""Editors and moderators of a new site may add, change and choose films, as they may images."""

from django.db import migrations

ACTIONS = ("add", "change", "choose")
GROUPS = ("Editors", "Moderators")


def give(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(
        app_label="local_videos", model="localvideo"
    )
    root = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    for action in ACTIONS:
        # Django makes permissions only after all migrations have run.
        permission, _ = apps.get_model("auth.Permission").objects.get_or_create(
            content_type=content_type,
            codename=f"{action}_localvideo",
            defaults={"name": f"Can {action} local video"},
        )
        for group in apps.get_model("auth.Group").objects.filter(name__in=GROUPS):
            apps.get_model("wagtailcore.GroupCollectionPermission").objects.get_or_create(
                group=group, collection=root, permission=permission
            )


def take_back(apps, schema_editor):
    apps.get_model("wagtailcore.GroupCollectionPermission").objects.filter(
        permission__content_type__app_label="local_videos"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("local_videos", "0003_originals_posters_and_choosing"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0026_group_collection_permission"),
    ]

    operations = [migrations.RunPython(give, take_back)]
