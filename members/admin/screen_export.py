"""Lets a list in the editors' site be downloaded as the screen shows it: columns, filters, order."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column

# Rows are fetched so many at a time: a district's list is never in memory whole.
_CHUNK = 500
_BYTE_ORDER_MARK = "\ufeff"  # without it, Excel takes a CSV in Chinese for something else


class ScreenExport:
    """A mixin for Wagtail's index views. Put it before the view's class."""

    if TYPE_CHECKING:  # the view's own

        @property
        def columns(self) -> list[Column]: ...

    @property
    def list_export(self) -> list[str]:
        """Return the names of the screen's columns."""
        return [column.name for column in self.columns if column.label]

    def get_heading(self, queryset: Any, field: str) -> str:
        """Return the heading of the column on the screen."""
        return force_str(self._column(field).label)

    def to_row_dict(self, item: Any) -> dict[str, str]:
        """Return the values of the columns, as text."""
        return {name: _words(self._column(name).get_value(item)) for name in self.list_export}

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> Any:
        """Return the file, made from the rows of the screen, all pages of them."""
        rows = queryset.iterator(chunk_size=_CHUNK)
        return super().as_spreadsheet(rows, spreadsheet_format)  # type: ignore[misc]  # a mixin

    def stream_csv(self, queryset: Any) -> Iterator[str]:
        """Return the lines, marked as UTF-8 for Excel."""
        yield _BYTE_ORDER_MARK
        yield from super().stream_csv(queryset)  # type: ignore[misc]  # a mixin

    def _column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return force_str(value).strip()
