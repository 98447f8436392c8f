"""Writes into Wagtail's log what was changed of many members or organizations at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.models import Member


def log_changes(
    entries: Iterable[tuple[Model, bool, list[list[Any]]]], *, by: Member, source: str = ""
) -> None:
    """Log for each (object, whether it is new, [field, before, after] of each change) what happened.

    Values are codes, never words of some language. `source` is the file it comes from.
    """
    came_from = {"source": source} if source else {}
    log_all(
        (
            (
                what,
                "members.import_create" if new else "members.import_change",
                {"changes": changes} | came_from,
            )
            for what, new, changes in entries
        ),
        by=by,
    )


def log_all(entries: Iterable[tuple[Model, str, dict[str, Any]]], *, by: Member) -> None:
    """Log for each (object, action, facts) that `by` did it now. One insert for all."""
    now = timezone.now()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            object_id=str(what.pk),
            content_type=ContentType.objects.get_for_model(what),
            label=what.name if isinstance(what, Member) else str(what),  # no word of some language
            action=action,
            timestamp=now,
            user_id=by.pk,
            data=facts,
            content_changed=True,
        )
        for what, action, facts in entries
    )
