"""The statistics as tables: the one source of the screen, the Excel file and the briefing."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hours.formatting import bare

from .figures import Closing, Figures, Statistics

Value = str | int | Decimal | None


@dataclass(frozen=True)
class Cell:
    """A value with its way of being written: "text", "count", "hours" or "percent"."""

    value: Value
    kind: str = "count"

    @property
    def shown(self) -> str:
        """The value as a reader sees it; a dash where there is none to give."""
        if self.value is None:
            return "—"
        if self.kind == "text":
            return str(self.value)
        return f"{bare(self.value)}%" if self.kind == "percent" else bare(self.value)  # type: ignore[arg-type]  # numbers


@dataclass(frozen=True)
class Row:
    """A line of a table. `share` (0 to 100) is the length of its bar; `code` names an organization."""

    name: str
    cells: tuple[Cell, ...]
    share: int = 0
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table with what its bars stand for; `slug` names it in addresses and files."""

    slug: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    measure: str = ""
    note: str = ""
    total: Row | None = None


def tables_of(statistics: Statistics) -> list[Table]:
    """Return all tables in the order of the page.

    Subjects and delivery kinds in which nothing happened are left out. What came in late for a closed year is
    the first.
    """
    everybody = statistics.category is None
    return [
        *(
            [_late(statistics.closing)]
            if statistics.closing and not statistics.closing.late.is_nought
            else []
        ),
        *([_groups(statistics)] if everybody else []),
        *([_units(statistics)] if statistics.units else []),
        *([_categories(statistics)] if everybody else []),
        _parts("kinds", _("By way of learning"), _("Way of learning"), statistics.kinds),
        _parts("subjects", _("By subject"), _("Subject"), _named(statistics.subjects)),
        months_of(statistics),
    ]


def closing_in_words(statistics: Statistics) -> list[str]:
    """Return the sentences about a closed year for the page, the file and paper; none of an open year."""
    closing = statistics.closing
    if closing is None:
        return []
    told = {"year": statistics.year, "day": date_format(closing.day, "DATE_FORMAT")}
    words = [
        _(
            "The books of %(year)s were closed on %(day)s. The figures stand as they stood then; whoever "
            "moved or took another post since counts where they belonged."
        )
        % told
    ]
    if closing.met is not None:
        words.append(
            _(
                "On that day %(met)s members had all hours asked of them, %(unmet)s lacked some, and of "
                "%(exempt)s nothing was asked."
            )
            % {"met": closing.met, "unmet": closing.unmet, "exempt": closing.exempt}
        )
    if closing.late.hours < 0:
        words.append(
            _("Since then %(hours)s credit hours more were taken back than entered late.")
            % {"hours": bare(-closing.late.hours)}
        )
    elif not closing.late.is_nought:
        words.append(
            _(
                "Since then %(hours)s credit hours of %(people)s members were entered late; they are not "
                "contained in the other figures."
            )
            % {"hours": bare(closing.late.hours), "people": closing.late.people}
        )
    return words


def months_of(statistics: Statistics) -> Table:
    """Return the table of the months, all twelve of them."""
    rows = [
        Figures(str(MONTHS[place]), each.entries, each.people, each.hours)
        for place, each in enumerate(statistics.months, start=1)
    ]
    return _table("months", _("By month"), pgettext("statistics", "Month"), rows, coverage=False)


def _late(closing: Closing) -> Table:
    total = _row(closing.late, coverage=False, name=_("All together"))
    most = max((each.hours for each in closing.late_by_unit), default=Decimal(0))
    rows = tuple(
        _row(each, coverage=False, most=most, code=each.organization.code if each.organization else "")
        for each in closing.late_by_unit
    )
    return Table(
        "late",
        _("Entered late"),
        _headings(_("Organization"), coverage=False),
        rows or (total,),
        total=total if rows else None,
        note=_("Hours taken back late are subtracted. Each entry tells its reason in the ledger."),
    )


def _groups(statistics: Statistics) -> Table:
    return _table(
        "groups",
        _("The reported groups"),
        _("Group"),
        statistics.groups,
        note=_("One attendance may count in several groups; the lines are not to be added up."),
    )


def _units(statistics: Statistics) -> Table:
    rows = tuple(
        _row(each, coverage=True, code=each.organization.code if each.organization else "")
        for each in statistics.units
    )
    return Table(
        "units",
        _("By organization"),
        _headings(_("Organization"), coverage=True),
        rows,
        measure=_("coverage"),
        total=_row(statistics.total, coverage=True, name=_("All together")),
        note=_("The total includes people who belong to no organization further down."),
    )


def _categories(statistics: Statistics) -> Table:
    return _table(
        "categories",
        _("By type of member"),
        _("Type of member"),
        statistics.categories,
        note=_("A member may be of several types; the lines are not to be added up."),
    )


def _parts(slug: str, title: str, first: str, figures: list[Figures]) -> Table:
    return _table(slug, title, first, [each for each in figures if each.entries], coverage=False)


def _named(figures: list[Figures]) -> list[Figures]:
    """Give the lessons without a subject a name."""
    return [
        each if each.name else Figures(_("no subject"), each.entries, each.people, each.hours)
        for each in figures
    ]


def _table(
    slug: str, title: str, first: str, figures: list[Figures], *, coverage: bool = True, note: str = ""
) -> Table:
    most = max((each.hours for each in figures), default=Decimal(0))
    rows = tuple(_row(each, coverage=coverage, most=most) for each in figures)
    measure = _("coverage") if coverage else pgettext("statistics", "credit hours")
    return Table(slug, title, _headings(first, coverage=coverage), rows, measure, note)


def _headings(first: str, *, coverage: bool) -> tuple[str, ...]:
    counts = (_("Person-times"), _("People"), _("Credit hours"))
    return (first, *counts, _("Belong to it"), _("Coverage")) if coverage else (first, *counts)


def _row(
    figures: Figures, *, coverage: bool, most: Decimal = Decimal(0), code: str = "", name: str = ""
) -> Row:
    cells = [Cell(figures.entries), Cell(figures.people), Cell(figures.hours, "hours")]
    if not coverage:
        return Row(
            name or figures.name,
            tuple(cells),
            max(int(100 * figures.hours / most), 0) if most > 0 else 0,
            code,
        )
    cells += [Cell(figures.of), Cell(figures.coverage, "percent")]
    return Row(name or figures.name, tuple(cells), int(figures.coverage or 0), code)
