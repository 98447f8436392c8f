"""What editors and administrators of a part of the district may do: less than those of the whole.

The content of the site belongs to the district. Who edits for a committee or a branch writes pages of their own,
which the district publishes; who administers one keeps its people, its units, its stations and exemptions, and
neither the content nor the rules that hold for all.
"""

from django.db import migrations

PEOPLE = {
    ("members", "member"): ["add", "change", "view"],
    ("members", "organization"): ["add", "change", "view"],
    ("hours", "creditentry"): ["view"],
    ("hours", "exemption"): ["add", "change", "delete", "view"],
    ("stations", "station"): ["add", "change", "delete", "view"],
    ("stations", "screeningplan"): ["add", "change", "delete", "view"],
    ("stations", "stationdevice"): ["delete", "view"],
}
PLANS = {
    ("stations", "station"): ["view"],
    ("stations", "screeningplan"): ["add", "change", "delete", "view"],
    ("stations", "stationdevice"): ["view"],
}
# In the library one may add and choose; what others have put there stays as it is.
LIBRARY = (("wagtailimages", "image"), ("wagtaildocs", "document"), ("local_videos", "localvideo"))
# A role for the whole district stands at the top of the tree.
TOP = 1
BY_KIND = {
    "editor": ("Editors", "Unit editors"),
    "administrator": ("Moderators", "Unit administrators"),
}


def seed(apps, schema_editor):
    content_types = apps.get_model("contenttypes.ContentType")
    permissions = apps.get_model("auth.Permission")
    group_model = apps.get_model("auth.Group")

    def permission(app, model, codename):
        # Django writes its permissions only after all migrations have run.
        content_type, _ = content_types.objects.get_or_create(app_label=app, model=model)
        return permissions.objects.get_or_create(
            content_type=content_type,
            codename=codename,
            defaults={"name": f"Can {codename.replace('_', ' ')}"},
        )[0]

    groups = {}
    for name, grants in (("Unit editors", PLANS), ("Unit administrators", PEOPLE)):
        groups[name], _ = group_model.objects.get_or_create(name=name)
        groups[name].permissions.add(permission("wagtailadmin", "admin", "access_admin"))
        for (app, model), verbs in grants.items():
            for verb in verbs:
                groups[name].permissions.add(permission(app, model, f"{verb}_{model}"))
    apps.get_model("wagtailcore.GroupPagePermission").objects.get_or_create(
        group=groups["Unit editors"],
        page=apps.get_model("wagtailcore.Page").objects.get(depth=1),
        permission=permission("wagtailcore", "page", "add_page"),
    )
    collection = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    for app, model in LIBRARY:
        for verb in ("add", "choose"):
            apps.get_model("wagtailcore.GroupCollectionPermission").objects.get_or_create(
                group=groups["Unit editors"],
                collection=collection,
                permission=permission(app, model, f"{verb}_{model}"),
            )
    _sort_into_groups(apps)


def _sort_into_groups(apps):
    roles = apps.get_model("members.Role").objects.select_related("member", "organization")
    groups = {group.name: group for group in apps.get_model("auth.Group").objects.all()}
    for kind, (of_district, of_unit) in BY_KIND.items():
        holders = {}
        for role in roles.filter(kind=kind):
            holders.setdefault(role.member, set()).add(role.organization.depth == TOP)
        for member, levels in holders.items():
            if False in levels:
                member.groups.add(groups[of_unit])
            if True not in levels:
                member.groups.remove(groups[of_district])


class Migration(migrations.Migration):
    dependencies = [
        ("site_config", "0003_name_the_workflow"),
        ("members", "0005_sign_in_codes"),
        ("hours", "0007_seed_reported_groups"),
        ("stations", "0003_seed_station_permissions"),
        ("local_videos", "0004_seed_film_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0011_add_choose_permissions"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
