"""The life cycle of a list of members or organizations: started, read, confirmed, applied.

`start` stores an uploaded file; a task calls `read`, which judges each row and enters nothing; a person
checks that and calls `confirm`; a task calls `apply`, which enters the rows in batches, each in a transaction
of its own. A task that was killed is begun again and goes on where it stood; a list that is uploaded twice
finds everything known.
"""

import logging
from collections.abc import Generator
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from members.models import ImportFile, ImportRow, ListImport, Member
from members.signals import members_changing

from .member_rows import BETWEEN_NAMES, MemberRows
from .organization_rows import OrganizationRows
from .rows import Judgement, ListKind, Outcome, viewer_of
from .sheets import Row, Sheet, UnreadableFileError, sheets_of
from .table_header import Header, find_header, rows_below

logger = logging.getLogger(__name__)

State = ListImport.State
BATCH = 500
# Organizations of one list may name each other and are judged together; a district has some thousands.
MOST_ORGANIZATIONS = 30_000
MOST_ROWS = 500_000
_KINDS: dict[str, type[MemberRows] | type[OrganizationRows]] = {
    ListImport.Kind.MEMBERS: MemberRows,
    ListImport.Kind.ORGANIZATIONS: OrganizationRows,
}
# How often a batch is tried whose numbers somebody else takes at the same moment.
_TRIES = 3


def kind_of(source: ListImport) -> ListKind:
    """Return what knows lists of this kind, with the rights of whoever uploaded it."""
    return _KINDS[source.kind](viewer_of(source))


def columns_of(kind: str) -> list[tuple[str, str]]:
    """Return what a list of this kind may tell: the name of the column, and a heading that is known."""
    return [(column.field, column.usual_name) for column in _KINDS[kind].columns]


def known_columns(kind: str) -> list[tuple[str, str]]:
    """Return for each column what it holds and the headings that are understood."""
    return [(str(column.label), "、".join(column.names)) for column in _KINDS[kind].columns]


def start(kind: str, content: bytes, file_name: str, *, by: Member, language: str) -> ListImport:
    """Store an uploaded list, to be read by a task. `language` is what its reasons are written in."""
    with transaction.atomic():
        source = ListImport.objects.create(
            kind=kind, file_name=file_name[-255:], uploaded_by=by, language=language
        )
        ImportFile.objects.create(list_import=source, content=content)
    return source


def read(source: ListImport) -> None:
    """Judge every row of the uploaded file and store what was found; enters nothing.

    Ends in the state READY, or FAILED with a sentence why. Begins anew if it was broken off.
    """
    if source.state != State.READING:
        return
    with translation.override(source.language):
        source.rows.all().delete()
        try:
            _read(source, bytes(source.file.content))
        except UnreadableFileError as fault:
            source.rows.all().delete()
            source.state, source.fault = State.FAILED, str(fault)
        else:
            source.state, source.rows_total, source.rows_done = State.READY, source.rows.count(), 0
        with transaction.atomic():
            source.save()
            ImportFile.objects.filter(list_import=source).delete()


def _read(source: ListImport, content: bytes) -> None:
    kind = kind_of(source)
    sheet, header, others = _table(content, kind)
    source.header, source.columns, source.rows_total = header.headings, header.places, sheet.about
    source.fault = _of_several(sheet, others) if others else ""
    source.save(update_fields=["header", "columns", "rows_total", "fault"])
    rows = rows_below(sheet, header)
    size = MOST_ORGANIZATIONS if source.kind == ListImport.Kind.ORGANIZATIONS else BATCH
    done = 0
    while batch := list(islice(rows, size)):
        judged = kind.judge([_cells(source, row) for _place, row in batch])
        _refuse_repeated(source, batch, judged)
        ImportRow.objects.bulk_create(
            (_row(source, place, row, one) for (place, row), one in zip(batch, judged, strict=True)), BATCH
        )
        done += len(batch)
        if done > MOST_ROWS:
            raise UnreadableFileError(_("The list has too many rows. Please divide it."))
        ListImport.objects.filter(pk=source.pk).update(rows_done=done)
    if not done:
        raise UnreadableFileError(_("There is no row below the headings."))


def _table(content: bytes, kind: ListKind) -> tuple[Sheet, Header, list[Sheet]]:
    """Return the sheet with most headings that we know, the first of several, its header, and the others."""
    found = [(sheet, find_header(sheet, kind.columns, kind.any_of)) for sheet in sheets_of(content)]
    tables = [(sheet, header) for sheet, header in found if header]
    if tables:
        best, header = max(tables, key=lambda table: len(table[1].places))
        return best, header, [sheet for sheet, _header in tables if sheet is not best]
    needed = [str(column.label) for column in kind.columns if column.field in kind.any_of]
    raise UnreadableFileError(
        _(
            "No headings were found that we know. A list needs the column %(needed)s and at least one other; "
            "the example shows them all."
        )
        % {"needed": pgettext("between alternatives", " or ").join(needed)}
    )


def _of_several(sheet: Sheet, others: list[Sheet]) -> str:
    return _(
        "The file holds several tables: %(read)s was read, but not %(others)s. "
        "Please save each of the others as a file of its own and upload it."
    ) % {"read": sheet.name, "others": BETWEEN_NAMES.join(other.name for other in others)}


def _cells(source: ListImport, row: Row) -> dict[str, str]:
    return {field: row[place] if place < len(row) else "" for field, place in source.columns.items()}


def _row(source: ListImport, place: int, row: Row, one: Judgement) -> ImportRow:
    return ImportRow(
        list_import=source,
        place=place,
        cells=[cell.replace("\0", "") for cell in row],
        key=one.key[:200],
        phone=one.phone,
        outcome=one.outcome,
        changes=one.changes,
        reasons=one.reasons,
        rank=one.rank,
    )


def _refuse_repeated(source: ListImport, batch: list[tuple[int, Row]], judged: list[Judgement]) -> None:
    """Refuse rows that are about the same, or have the same phone, as an earlier row of the list."""
    for fact, words in (
        ("key", _("Row %(row)s above is about the same.")),
        ("phone", _("Row %(row)s above has the same phone %(value)s.")),
    ):
        values = {getattr(one, fact) for one in judged} - {""}
        earlier: dict[str, int] = dict(
            source.rows.filter(**{f"{fact}__in": values}).order_by("-place").values_list(fact, "place")
        )
        for (place, _cells), one in zip(batch, judged, strict=True):
            value = getattr(one, fact)
            if not value:
                continue
            if value in earlier:
                one.reasons.append(words % {"row": earlier[value], "value": value})
                one.decide()
            else:
                earlier[value] = place


def confirm(source: ListImport) -> bool:
    """Let the list be entered; return False if somebody has done so already."""
    waiting = source.rows.filter(applied=False, outcome__in=(Outcome.CREATE, Outcome.CHANGE)).count()
    taken = ListImport.objects.filter(pk=source.pk, state=State.READY).update(
        state=State.APPLYING, rows_total=waiting, rows_done=0, fault=""
    )
    return bool(taken)


def apply(source: ListImport) -> None:
    """Enter the rows that are not yet entered, in batches; ends in the state DONE."""
    if source.state != State.APPLYING:
        return
    with translation.override(source.language):
        for done in _batches(source):
            ListImport.objects.filter(pk=source.pk).update(rows_done=done)
    ListImport.objects.filter(pk=source.pk).update(state=State.DONE, finished_at=timezone.now())


def _batches(source: ListImport) -> Generator[int, None, None]:
    failures, done = 0, max(0, source.rows_total - _waiting(source).count())
    while True:
        try:
            kind = kind_of(source)  # reads the whole tree: before the transaction
            with transaction.atomic():
                entered = _apply_batch(source, kind)
        except IntegrityError:
            failures += 1
            if failures == _TRIES:
                raise
            continue
        if not entered:
            return
        failures, done = 0, done + entered
        yield done


def _waiting(source: ListImport) -> QuerySet[ImportRow]:
    return source.rows.filter(applied=False, outcome__in=(Outcome.CREATE, Outcome.CHANGE)).order_by(
        "rank", "place"
    )


def _apply_batch(source: ListImport, kind: ListKind) -> int:
    """Enter the next rows as they were shown; refuse those that would now do something else."""
    members_changing.send(sender=Member)
    ListImport.objects.select_for_update(no_key=True).get(pk=source.pk)
    rows = list(_waiting(source)[:BATCH])
    if not rows:
        return 0
    judged = kind.judge([_cells(source, row.cells) for row in rows])
    altered = []
    for row, one in zip(rows, judged, strict=True):
        if (one.outcome, one.changes) != (row.outcome, row.changes):
            if one.outcome not in (Outcome.SAME, Outcome.REFUSED):
                one.reasons.append(
                    _("What is stored has changed since the list was read. Please upload this row again.")
                )
                one.decide()
            row.outcome, row.reasons, row.changes = one.outcome, one.reasons, one.changes
            altered.append(row)
    kind.write(judged, source)
    ImportRow.objects.bulk_update(altered, ["outcome", "reasons", "changes"])
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(applied=True)
    return len(rows)
