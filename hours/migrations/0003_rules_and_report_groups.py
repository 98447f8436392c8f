"""Create what every district starts with. All of it is data that administrators change in the admin."""

from datetime import date
from decimal import Decimal

from django.db import migrations

SUBJECTS = [
    ("theory", "理论教育"),
    ("politics", "政治教育和政治训练"),
    ("charter-discipline-law", "党章党规党纪和法律法规"),
    ("purpose", "党的宗旨教育"),
    ("history-tradition", "党史和革命传统"),
    ("current-affairs-policy", "形势政策"),
    ("knowledge-skills", "知识技能"),
    ("farming", "农业技术"),
    ("entrepreneurship-jobs", "创业就业"),
    ("rural-governance", "乡村治理"),
    ("digital-life", "数字生活"),
    ("health", "健康生活"),
]
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


def seed_rules(apps, schema_editor):
    subject = apps.get_model("hours.Subject")
    for place, (code, name) in enumerate(SUBJECTS, start=1):
        subject.objects.get_or_create(code=code, defaults={"name": name, "sort_order": place * 10})
    apps.get_model("hours.CreditRule").objects.get_or_create(
        valid_from=date(2000, 1, 1), defaults={"minutes_per_hour": 45, "step": Decimal("0.25")}
    )
    requirement = apps.get_model("hours.HourRequirement")
    requirement.objects.get_or_create(
        valid_from=date(2024, 1, 1), applies_to="everybody", defaults={"hours": Decimal(32)}
    )
    requirement.objects.get_or_create(
        valid_from=date(2024, 1, 1),
        applies_to="posts",
        defaults={"hours": Decimal(56), "centralized_sessions": 1},
    )


def seed_report_groups(apps, schema_editor):
    report_group = apps.get_model("hours.ReportGroup")
    categories = dict(apps.get_model("members.MemberCategory").objects.values_list("slug", "pk"))
    subjects = dict(apps.get_model("hours.Subject").objects.values_list("code", "pk"))
    for place, (name, rule) in enumerate(GROUPS, start=1):
        group, created = report_group.objects.get_or_create(
            name=name,
            defaults={
                "delivery_kinds": rule.get("delivery_kinds", []),
                "secretaries_only": rule.get("secretaries_only", False),
                "sort_order": place * 10,
            },
        )
        if created:
            group.categories.set(
                categories[slug] for slug in rule.get("categories", []) if slug in categories
            )
            group.subjects.set(subjects[code] for code in rule.get("subjects", []) if code in subjects)


class Migration(migrations.Migration):
    dependencies = [("hours", "0002_initial"), ("members", "0002_member_categories")]
    operations = [
        migrations.RunPython(seed_rules, migrations.RunPython.noop),
        migrations.RunPython(seed_report_groups, migrations.RunPython.noop),
    ]
