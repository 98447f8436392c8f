"""The one-page briefing of a unit's year: the page's own figures, laid out for paper, as PDF.

It is written by a task (`.tasks`), because laying out takes seconds. Only who asked for it can fetch it.
"""

import logging

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hours.models import Briefing
from hours.pdf import lay_out

from . import charts
from .figures import Statistics, statistics_of
from .tables import Table, closing_in_words, tables_of

logger = logging.getLogger(__name__)

_TABLES = ("late", "groups", "units", "categories", "kinds")
_MOST_ROWS = 12  # of a table, so that one sheet is enough


def write(briefing: Briefing) -> None:
    """Lay the briefing out and store it; what fails is noted, so that the page can say so."""
    with translation.override(briefing.language):
        found = statistics_of(briefing.organization, briefing.year, briefing.category)
        try:
            briefing.pdf = as_pdf(found)
        except Exception:
            logger.exception("The briefing %s could not be laid out.", briefing.pk)
            briefing.failed = True
    briefing.save(update_fields=["pdf", "failed"])


def heading_of(statistics: Statistics) -> str:
    """Return the heading of files: whose figures, of which year, of whom."""
    words = _("%(organization)s: study hours in %(year)s") % {
        "organization": statistics.organization.name,
        "year": statistics.year,
    }
    return f"{words} ({statistics.category.name})" if statistics.category else words


def as_pdf(statistics: Statistics) -> bytes:
    """Return the briefing as a PDF of one sheet; tables that do not fit are left to the Excel file."""
    tables = [table for table in tables_of(statistics) if table.slug in _TABLES and table.rows]
    for count in range(len(tables), -1, -1):
        document = lay_out(_words(statistics, tables[:count]))
        if len(document.pages) == 1:
            break
    pdf: bytes = document.write_pdf()
    return pdf


def _words(statistics: Statistics, tables: list[Table]) -> str:
    """Return the sheet as HTML."""
    return render_to_string(
        "hours/briefing.html",
        {
            "heading": heading_of(statistics),
            "statistics": statistics,
            "tables": [(table, table.rows[:_MOST_ROWS], len(table.rows) > _MOST_ROWS) for table in tables],
            "chart": charts.months(statistics),
            "closing": closing_in_words(statistics),
            "today": timezone.localdate(),
            "language": translation.get_language(),
        },
    )
