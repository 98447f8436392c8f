"""Say beside each field what belongs there; propose this year."""

import django.core.validators
import django.db.models.deletion
import modelcluster.contrib.taggit
from django.db import migrations, models

import courses.models.menus


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0003_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="course",
            name="categories",
            field=modelcluster.contrib.taggit.ClusterTaggableManager(
                blank=True,
                help_text="A filter, not a wall: every member may study every course.",
                through="courses.CourseCategory",
                to="members.MemberCategory",
                verbose_name="meant for",
            ),
        ),
        migrations.AlterField(
            model_name="course",
            name="cover",
            field=models.ForeignKey(
                blank=True,
                help_text="A wide picture; it stands on the course's page and card.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailimages.image",
                verbose_name="cover",
            ),
        ),
        migrations.AlterField(
            model_name="course",
            name="summary",
            field=models.CharField(
                blank=True,
                help_text="One sentence for lists and menus: what a member can do or knows afterwards.",
                max_length=120,
                verbose_name="what one gets from it",
            ),
        ),
        migrations.AlterField(
            model_name="menu",
            name="categories",
            field=modelcluster.contrib.taggit.ClusterTaggableManager(
                blank=True,
                help_text="Members of these categories see the menu first. Empty: it is meant for everybody.",
                through="courses.MenuAudience",
                to="members.MemberCategory",
                verbose_name="meant for",
            ),
        ),
        migrations.AlterField(
            model_name="menu",
            name="closes_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Until then members can change their choices. Empty: at the end of the year.",
                null=True,
                verbose_name="choosing closes",
            ),
        ),
        migrations.AlterField(
            model_name="menu",
            name="opens_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Empty: as soon as the menu is published.",
                null=True,
                verbose_name="choosing opens",
            ),
        ),
        migrations.AlterField(
            model_name="menu",
            name="summary",
            field=models.CharField(
                blank=True,
                help_text="Stands below the title: for whom this menu is laid and what it is good for.",
                max_length=120,
                verbose_name="in one sentence",
            ),
        ),
        migrations.AlterField(
            model_name="menu",
            name="year",
            field=models.PositiveSmallIntegerField(
                default=courses.models.menus.this_year,
                help_text="The calendar year in which the hours are earned.",
                validators=[django.core.validators.MinValueValidator(2000)],
                verbose_name="year",
            ),
        ),
    ]
