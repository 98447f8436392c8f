"""The seven groups that a district reports. All of it is data that administrators may change."""

from django.db import migrations

SKILLS = ["knowledge-skills", "farming", "entrepreneurship-jobs", "digital-life"]
GROUPS = [
    ("机关党组织书记", {"categories": ["government"], "secretaries_only": True}),
    ("村、社区党组织书记", {"categories": ["rural"], "secretaries_only": True}),
    ("非公企业党组织书记", {"categories": ["non_public"], "secretaries_only": True}),
    ("农村党员远程教育", {"categories": ["rural"], "delivery_kinds": ["online", "station"]}),
    ("新党员", {"categories": ["new"]}),
    ("流动党员", {"categories": ["floating"]}),
    ("就业和技能培训", {"subjects": SKILLS}),
]
GRANTS = {"Moderators": ["add", "change", "delete", "view"]}


def seed(apps, schema_editor):
    report_group = apps.get_model("hours.ReportGroup")
    categories = dict(apps.get_model("members.MemberCategory").objects.values_list("slug", "pk"))
    subjects = dict(apps.get_model("hours.Subject").objects.values_list("code", "pk"))
    for place, (name, rule) in enumerate(GROUPS, start=1):
        report_group.objects.get_or_create(
            name=name,
            defaults={
                "categories": [categories[slug] for slug in rule.get("categories", []) if slug in categories],
                "subjects": [subjects[code] for code in rule.get("subjects", []) if code in subjects],
                "delivery_kinds": rule.get("delivery_kinds", []),
                "secretaries_only": rule.get("secretaries_only", False),
                "sort_order": place * 10,
            },
        )


def grant(apps, schema_editor):
    content_type_model = apps.get_model("contenttypes.ContentType")
    permission_model = apps.get_model("auth.Permission")
    content_type, _ = content_type_model.objects.get_or_create(app_label="hours", model="reportgroup")
    for group_name, verbs in GRANTS.items():
        group = apps.get_model("auth.Group").objects.get(name=group_name)
        for verb in verbs:
            # Django writes its permissions only after all migrations have run.
            permission, _ = permission_model.objects.get_or_create(
                content_type=content_type,
                codename=f"{verb}_reportgroup",
                defaults={"name": f"Can {verb} reportgroup"},
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("hours", "0006_tallies")]
    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
