"""All that the site keeps of one member, for that member to take along.

The apps above are not known here; their records are found by a rule instead: what belongs to a member has a
foreign key called `member`. A model that an app adds tomorrow is in the download without a line of code.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from members.models import ImportRow, ListImport, LoginCode, Member

_OWNER = "member"
# What lets somebody sign in is no fact about the person.
_LEFT_OUT_MODELS = {LoginCode, ListImport, ImportRow}
_LEFT_OUT_FIELDS = {"password", "code_hash", "key", "is_staff", "is_superuser"}
_SHEET_TITLE_LENGTH = 31


@dataclass(frozen=True)
class Table:
    """One kind of record: what it is called, the headings, and the rows, read as they are needed."""

    title: str
    headings: list[str]
    rows: Iterator[list[Any]]


def tables_of(member: Member) -> Iterator[Table]:
    """Return what is kept of `member`, the account first."""
    yield _table(Member, models.Q(pk=member.pk))
    for model in apps.get_models():
        if not _is_ours(model) or model in _LEFT_OUT_MODELS:
            continue
        owner = next((f for f in model._meta.concrete_fields if f.name == _OWNER), None)
        if owner is not None and owner.remote_field and owner.remote_field.model is Member:
            yield _table(model, models.Q(member=member))


def as_excel(member: Member) -> BytesIO:
    """Return the tables as one Excel file, a sheet for each."""
    book = Workbook(write_only=True)
    for table in tables_of(member):
        sheet = book.create_sheet(table.title[:_SHEET_TITLE_LENGTH])
        for row in (table.headings, *table.rows):
            sheet.append([_cell(sheet, value) for value in row])
    output = BytesIO()
    book.save(output)
    output.seek(0)
    return output


def as_json(member: Member) -> str:
    """Return the tables as JSON: by title, a list of records by heading."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in tables_of(member):
        found.setdefault(table.title, []).extend(
            dict(zip(table.headings, row, strict=True)) for row in table.rows
        )
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _is_ours(model: type[models.Model]) -> bool:
    path = apps.get_app_config(model._meta.app_label).path
    return str(path).startswith(str(settings.BASE_DIR)) and "site-packages" not in str(path)


def _table(model: type[models.Model], own: models.Q) -> Table:
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name not in _LEFT_OUT_FIELDS and field.name != _OWNER and not field.primary_key
    ]
    # Other people stand in one's records by name, organizations and subjects as well.
    related = [field.name for field in fields if field.is_relation]
    records = model._default_manager.filter(own).select_related(*related).order_by("pk")
    return Table(
        title=capfirst(str(model._meta.verbose_name_plural)),
        headings=[capfirst(str(field.verbose_name)) for field in fields],
        rows=([_value(record, field) for field in fields] for record in records.iterator(chunk_size=500)),
    )


def _value(record: models.Model, field: models.Field[Any, Any]) -> Any:
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    value = getattr(record, field.name)
    return str(value) if isinstance(value, models.Model) else value


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    if value is None or isinstance(value, bool | int | float):
        return WriteOnlyCell(sheet, value)
    if hasattr(value, "tzinfo") and value.tzinfo:
        value = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    made = WriteOnlyCell(sheet, str(value))
    made.data_type = "s"  # what begins with "=" is a text, no formula
    return made
