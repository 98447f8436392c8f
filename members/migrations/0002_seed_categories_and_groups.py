"""The member categories, and what the groups of editors, administrators and the responsible may do.

Pages, images and documents are granted on their roots. Each room that adds a model of its own to the editors'
site grants it to these groups itself.
"""

from django.db import migrations

CATEGORIES = [
    ("rural", "农村党员", "leaf"),
    ("government", "机关党员", "lamp-desk"),
    ("non_public", "非公企业党员", "cog"),
    ("new", "新党员", "sprout"),
    ("floating", "流动党员", "route"),
]
PAGES = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
LIBRARIES = {
    ("wagtailimages", "image"): ["add", "change", "choose"],
    ("wagtaildocs", "document"): ["add", "change", "choose"],
}
PEOPLE = {
    "member": ["add", "change", "view"],
    "organization": ["add", "change", "view"],
    "membercategory": ["add", "change", "view"],
}


def seed(apps, schema_editor):
    category = apps.get_model("members.MemberCategory")
    for place, (slug, name, icon) in enumerate(CATEGORIES, start=1):
        category.objects.update_or_create(
            slug=slug, defaults={"name": name, "icon": icon, "sort_order": place * 10}
        )

    group_model = apps.get_model("auth.Group")
    permission_model = apps.get_model("auth.Permission")
    content_type_model = apps.get_model("contenttypes.ContentType")

    def permission(app, model, codename):
        # Django writes its permissions only after all migrations have run.
        content_type, _ = content_type_model.objects.get_or_create(app_label=app, model=model)
        return permission_model.objects.get_or_create(
            content_type=content_type,
            codename=codename,
            defaults={"name": f"Can {codename.replace('_', ' ')}"},
        )[0]

    groups = {
        name: group_model.objects.get_or_create(name=name)[0]
        for name in ("Editors", "Moderators", "Responsible")
    }
    entry = permission("wagtailadmin", "admin", "access_admin")
    for group in groups.values():
        group.permissions.add(entry)

    root = apps.get_model("wagtailcore.Page").objects.get(depth=1)
    collection = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    for name in ("Editors", "Moderators"):
        for codename in PAGES:
            apps.get_model("wagtailcore.GroupPagePermission").objects.get_or_create(
                group=groups[name], page=root, permission=permission("wagtailcore", "page", codename)
            )
        for (app, model), verbs in LIBRARIES.items():
            for verb in verbs:
                apps.get_model("wagtailcore.GroupCollectionPermission").objects.get_or_create(
                    group=groups[name],
                    collection=collection,
                    permission=permission(app, model, f"{verb}_{model}"),
                )
    for model, verbs in PEOPLE.items():
        for verb in verbs:
            groups["Moderators"].permissions.add(permission("members", model, f"{verb}_{model}"))
    groups["Responsible"].permissions.add(permission("members", "member", "view_member"))


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0011_add_choose_permissions"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
