"""The files that go with lists: the refused rows to correct, and an example to begin from."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from members.models import ListImport

from .lifecycle import columns_of
from .rows import Outcome

_EXAMPLES = {
    ListImport.Kind.MEMBERS: {
        "number": "20260101",
        "name": "麦小满",
        "phone": "19900000101",
        "categories": "农村党员、新党员",
        "born_on": "1962-03-05",
    },
    ListImport.Kind.ORGANIZATIONS: {"code": "maichang-09", "name": "第九党支部", "level": "党支部"},
}


def refused_rows(source: ListImport) -> BytesIO:
    """Return an Excel file of the refused rows, the reasons beside each; it can be corrected and uploaded."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Refused rows"))
    width = len(source.header)

    def cell(value: object, *, marked: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value)
        if made.data_type == "f":
            made.data_type = "s"  # what begins with "=" is a text, no formula
        if marked:
            made.font, made.fill = Font(bold=True), PatternFill("solid", fgColor="FBEBD8")
        return made

    sheet.append(
        [cell(heading, marked=True) for heading in [*source.header, _("Row in your list"), _("Why refused")]]
    )
    for row in source.rows.filter(outcome=Outcome.REFUSED).iterator(chunk_size=500):
        cells = [*row.cells, *[""] * (width - len(row.cells))][:width]
        sheet.append(
            [*[cell(text) for text in cells], cell(row.place), cell(" ".join(row.reasons), marked=True)]
        )
    return _saved(book)


def example_list(kind: str) -> BytesIO:
    """Return an Excel file with every heading that is known, and one row as an example."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("List"))
    columns = columns_of(kind)
    sheet.append([heading for _field, heading in columns])
    sheet.append([_EXAMPLES[ListImport.Kind(kind)].get(field, "") for field, _heading in columns])
    return _saved(book)


def _saved(book: Workbook) -> BytesIO:
    output = BytesIO()
    book.save(output)
    output.seek(0)
    return output
