"""Mark certificates that were followed by a newer one of the same member, year and kind as replaced."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_replaced(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let each be replaced by the next one, on the day on which that was issued."""
    Certificate = apps.get_model("hours", "Certificate")
    earlier = None
    rows = Certificate.objects.order_by("member_id", "year", "kind", "issued_at", "pk")
    for one in rows.only("member_id", "year", "kind", "issued_at").iterator():
        of = (one.member_id, one.year, one.kind)
        if earlier is not None and of == (earlier.member_id, earlier.year, earlier.kind):
            Certificate.objects.filter(pk=earlier.pk, replaced_at__isnull=True).update(
                replaced_at=one.issued_at, replaced_by_id=one.pk
            )
        earlier = one


class Migration(migrations.Migration):
    dependencies = [("hours", "0006_certificate_facts")]

    operations = [migrations.RunPython(mark_replaced, migrations.RunPython.noop)]
