"""Begin the history of where members belong, and let no name of those who left be in some language."""

from django.db import migrations
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

NAMELESS = "***"
AT_ONCE = 2000


def begin_history(apps, schema_editor):
    """One row for each place that a member has, since nobody knows when; of closed accounts until today."""
    Member = apps.get_model("members", "Member")
    Membership = apps.get_model("members", "Membership")
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    known = Membership.objects.values("member")
    rows = []
    members = Member._base_manager.exclude(pk__in=known).order_by("pk")
    for pk, home, host, is_active in members.values_list(
        "pk", "organization_id", "host_organization_id", "is_active"
    ).iterator(chunk_size=AT_ONCE):
        if len(rows) >= AT_ONCE:
            Membership.objects.bulk_create(rows)
            rows = []
        rows += [
            Membership(
                member_id=pk, organization_id=unit, is_host=is_host, ended_on=None if is_active else today
            )
            for is_host, unit in ((False, home), (True, host))
            if unit is not None
        ]
    Membership.objects.bulk_create(rows)


def neutral_names(apps, schema_editor):
    """Put the same sign in the place of every name that was taken away, in the log as well."""
    Member = apps.get_model("members", "Member")
    left = Member._base_manager.filter(
        is_active=False, number=Concat(Value("LEFT"), Cast(F("pk"), CharField()))
    )
    ids = list(left.values_list("pk", flat=True))
    left.update(name=NAMELESS)
    content_type = apps.get_model("contenttypes", "ContentType").objects.filter(
        app_label="members", model="member"
    )
    entries = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(content_type__in=content_type)
    for start in range(0, len(ids), 500):
        entries.filter(object_id__in=[str(pk) for pk in ids[start : start + 500]]).update(label=NAMELESS)


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_membership"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0068_log_entry_empty_object"),
    ]

    operations = [
        migrations.RunPython(begin_history, migrations.RunPython.noop),
        migrations.RunPython(neutral_names, migrations.RunPython.noop),
    ]
