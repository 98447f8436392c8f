"""Lay down what every district starts with. All of it is data that administrators change in the admin."""

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


def seed(apps, schema_editor):
    subject = apps.get_model("hours.Subject")
    for place, (code, name) in enumerate(SUBJECTS, start=1):
        subject.objects.get_or_create(code=code, defaults={"name": name, "sort_order": place * 10})
    apps.get_model("hours.CreditRule").objects.get_or_create(
        valid_from=date(2000, 1, 1), defaults={"minutes_per_hour": 45, "step": Decimal("0.25")}
    )
    requirement = apps.get_model("hours.HourRequirement")
    requirement.objects.get_or_create(year_from=2024, applies_to="everybody", defaults={"hours": Decimal(32)})
    requirement.objects.get_or_create(
        year_from=2024, applies_to="posts", defaults={"hours": Decimal(56), "centralized_sessions": 1}
    )


class Migration(migrations.Migration):
    dependencies = [("hours", "0003_every_entry_names_a_lesson")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
