"""Requirements get days instead of years, categories, ages, subjects and kinds."""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models


def years_to_days(apps, schema_editor):
    for requirement in apps.get_model("hours.HourRequirement").objects.all():
        requirement.valid_from = date(requirement.year_from, 1, 1)
        if requirement.year_until is not None:
            requirement.valid_until = date(requirement.year_until, 12, 31)
        requirement.save()


def days_to_years(apps, schema_editor):
    for requirement in apps.get_model("hours.HourRequirement").objects.all():
        requirement.year_from = requirement.valid_from.year
        requirement.year_until = requirement.valid_until.year if requirement.valid_until else None
        requirement.save()


class Migration(migrations.Migration):
    dependencies = [
        ("hours", "0009_cases"),
        ("members", "0002_seed_categories_and_groups"),
    ]
    operations = [
        migrations.RemoveConstraint("hourrequirement", "requirement_once_a_year"),
        migrations.RemoveConstraint("hourrequirement", "requirement_years_in_order"),
        migrations.AddField(
            "hourrequirement",
            "valid_from",
            models.DateField(default=date(2000, 1, 1), verbose_name="valid from"),
            preserve_default=False,
        ),
        migrations.AddField(
            "hourrequirement",
            "valid_until",
            models.DateField(
                blank=True,
                help_text="What is valid on 31 December is asked of that whole year.",
                null=True,
                verbose_name="valid until",
            ),
        ),
        migrations.RunPython(years_to_days, days_to_years),
        migrations.AlterModelOptions(
            "hourrequirement",
            options={
                "ordering": ["-valid_from", "measure", "applies_to", "pk"],
                "verbose_name": "hour requirement",
                "verbose_name_plural": "hour requirements",
            },
        ),
        migrations.RemoveField("hourrequirement", "year_from"),
        migrations.RemoveField("hourrequirement", "year_until"),
        migrations.AddField(
            model_name="hourrequirement",
            name="age_from",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Completed years at the end of the year.",
                null=True,
                verbose_name="from age",
            ),
        ),
        migrations.AddField(
            model_name="hourrequirement",
            name="age_until",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="until age"),
        ),
        migrations.AddField(
            model_name="hourrequirement",
            name="category",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: members of every category.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.membercategory",
                verbose_name="member category",
            ),
        ),
        migrations.AddField(
            model_name="hourrequirement",
            name="delivery_kinds",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="None ticked: every kind counts.",
                verbose_name="delivery kinds that count",
            ),
        ),
        migrations.AddField(
            model_name="hourrequirement",
            name="measure",
            field=models.CharField(
                choices=[
                    ("total", "hours of the year in all"),
                    ("part", "a part of them, in a subject or a delivery kind"),
                ],
                default="total",
                max_length=6,
                verbose_name="what is asked",
            ),
        ),
        migrations.AddField(
            model_name="hourrequirement",
            name="subject",
            field=models.ForeignKey(
                blank=True,
                help_text="Only for a part: hours in this subject.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hours.subject",
                verbose_name="subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="hourrequirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="requirement_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="hourrequirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("measure", "part"), ("subject__isnull", True), _connector="OR"),
                name="requirement_total_of_all_subjects",
            ),
        ),
    ]
