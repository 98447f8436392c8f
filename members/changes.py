"""Writes into Wagtail's log what was changed of many members or organizations at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.models import ModelLogEntry

from .models import Member


def log_changes(
    entries: Iterable[tuple[Model, bool, list[list[str]]]], *, by: Member, source: str = "", action: str = ""
) -> None:
    """Log for each (object, whether it is new, [heading, before, after] of each change) what happened.

    One insert for all. `source` is the file it comes from; `action` overrides create and edit.
    """
    now = timezone.now()

    def entry(what: Model, new: bool, changes: list[list[str]]) -> ModelLogEntry:
        data: dict[str, Any] = {"changes": changes}
        if source:
            data["source"] = source
        return ModelLogEntry(
            object_id=str(what.pk),
            content_type=ContentType.objects.get_for_model(what),
            label=str(what),
            action=action or ("members.import_create" if new else "members.import_change"),
            timestamp=now,
            user_id=by.pk,
            data=data,
            content_changed=True,
        )

    ModelLogEntry.objects.bulk_create([entry(*fact) for fact in entries])
