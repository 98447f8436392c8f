"""What stands still when a year is closed, and what is shown of late entries beside it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from foundation.calendar import this_year
from hours import ledger
from hours.admin.requirements import ExemptionForm
from hours.models import (
    CreditEntry,
    Exemption,
    HourRequirement,
    ReportGroup,
    Tally,
    YearClosure,
    YearStanding,
)
from hours.requirements.standing import standing_of, standings
from hours.statistics.briefings import as_pdf
from hours.statistics.figures import statistics_of
from hours.statistics.tables import Table, closing_in_words, tables_of
from hours.tallies import rebuild
from hours.years import snapshot, tasks
from hours.years.closing import ClosingRefusedError, close
from members.models import Member, MemberCategory, Organization
from tests import builders

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
LAST = this_year() - 1


def study(member: Member, hours: int, late_reason: str = "", kind: str = "group_study") -> CreditEntry:
    entry = ledger.credit(
        member,
        lecture_key=uuid4(),
        title="主题党日",
        minutes=45 * hours,
        delivery_kind=kind,
        earned_on=date(LAST, 6, 1),
        basis={},
        late_reason=late_reason,
    ).entry
    assert entry is not None
    return entry


@dataclass
class Year:
    """A district of two branches whose last year is about to be closed."""

    district: Organization
    branch: Organization
    other: Organization
    administrator: Member
    diligent: Member
    slow: Member
    frail: Member
    chief: Member

    def close(self) -> None:
        close(LAST, self.administrator)

    def write_down(self) -> None:
        tasks.write_standings.call(LAST)

    @property
    def people(self) -> list[Member]:
        return [self.diligent, self.slow, self.frail, self.chief]

    def told(self) -> dict[str, Any]:
        """Everything that is read of the year: each unit's tables, each member's standing."""
        units = [self.district, *self.district.get_descendants()]
        category = MemberCategory.objects.get(slug="rural")
        return {
            "tables": {
                (unit.code, of): [_unlinked(table) for table in tables_of(statistics_of(unit, LAST, of))]
                for unit in units
                for of in (None, category)
            },
            "standings": standings(self.people, LAST),
        }

    def everything_changes(self) -> None:
        """Whatever could move a figure, past all forms."""
        Member.objects.get(pk=self.diligent.pk).categories.set(MemberCategory.objects.filter(slug="new"))
        moved = Member.objects.get(pk=self.diligent.pk)
        moved.organization, moved.born_on = self.other, date(1930, 1, 1)
        moved.save()
        gone = Member.objects.get(pk=self.frail.pk)
        gone.is_active = False
        gone.save()
        self.chief.roles.all().delete()
        builders.make_role(self.slow, self.branch, "secretary")
        builders.make_member(self.branch, "rural")
        group = ReportGroup.objects.order_by("pk")[0]
        group.name = "改了名的组"
        group.save()
        group.categories.clear()
        Organization.objects.get(pk=self.branch.pk).move(
            Organization.objects.get(pk=self.district.pk), "sorted-child"
        )
        Organization.objects.filter(pk=self.branch.pk).update(name="改了名的支部")
        MemberCategory.objects.filter(slug="rural").update(name="改了名的类型")
        rebuild.rebuild()
        for unit in (self.district, self.branch, self.other):
            unit.refresh_from_db()


def _unlinked(table: Table) -> Table:
    """Return the table without links: who may follow one depends on where a unit is today."""
    return replace(table, rows=tuple(replace(row, code="") for row in table.rows))


@pytest.fixture
def year(district: Organization, branch: Organization) -> Year:
    """Of 10 hours asked one member has 12, one 4; one is exempt; the secretary owes 20 and has 10."""
    HourRequirement.objects.all().delete()
    day = date(LAST - 1, 1, 1)
    HourRequirement.objects.create(hours=10, valid_from=day, delivery_kinds=["group_study"])
    HourRequirement.objects.create(hours=20, valid_from=day, applies_to="posts")
    HourRequirement.objects.create(hours=1, valid_from=day, age_from=80)
    other = builders.make_branch(district, "第二支部")
    district.refresh_from_db()
    administrator = builders.make_member(district)
    builders.make_role(administrator, district, "administrator")
    people = [builders.make_member(branch, "rural", born_on=date(1960, 5, 5)) for _ in range(4)]
    builders.make_role(people[3], branch, "secretary")
    Exemption.objects.create(member=people[2], valid_from=day)
    for member, hours in zip(people, (12, 4, 1, 10), strict=True):
        study(member, hours)
    study(people[1], 20, kind="online")  # does not count towards what is asked
    return Year(district, branch, other, administrator, *people)


def test_a_closed_year_is_told_in_the_same_words_whatever_changes(year: Year) -> None:
    year.close()
    year.write_down()
    before = year.told()
    reached = {
        member.pk: (one.required, one.at_closing and (one.at_closing.earned, one.at_closing.fulfilled))
        for member, one in zip(year.people, before["standings"].values(), strict=True)
    }
    assert list(reached.values()) == [
        (Decimal(10), (Decimal(12), True)),
        (Decimal(10), (Decimal(24), False)),
        (Decimal(0), (Decimal(1), True)),
        (Decimal(20), (Decimal(10), False)),
    ]
    closing = statistics_of(year.district, LAST).closing
    assert closing is not None
    # The administrator has learned nothing and holds no post of those who owe more.
    assert (closing.met, closing.unmet, closing.exempt) == (1, 3, 1)
    year.everything_changes()
    HourRequirement.objects.update(hours=1, valid_until=None)
    Exemption.objects.all().delete()
    assert year.told() == before


def test_until_it_is_written_down_it_follows_from_what_can_change_no_more(year: Year) -> None:
    year.close()
    at_once = year.told()
    year.everything_changes()
    study(year.slow, 30, "登记表才寄到")
    ledger.reverse(CreditEntry.objects.filter(member=year.diligent)[0], reason="误记", recorded_by=None)
    waiting = standings(year.people, LAST)
    assert not YearStanding.objects.filter(fulfilled__isnull=False).exists()
    year.write_down()
    assert standings(year.people, LAST) == waiting
    then = {pk: (one.required, one.at_closing) for pk, one in waiting.items()}
    assert then == {pk: (one.required, one.at_closing) for pk, one in at_once["standings"].items()}


def test_who_is_being_written_down_when_the_worker_dies_is_written_once(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    year.close()
    closure = YearClosure.objects.get()
    monkeypatch.setattr(snapshot, "BATCH", 2)
    write = snapshot._write
    written: list[YearStanding] = []

    def dies(rows: list[YearStanding], of: int) -> None:
        if written:
            raise KeyboardInterrupt
        written.extend(rows)
        write(rows, of)

    monkeypatch.setattr(snapshot, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        snapshot.write_standings(closure)
    monkeypatch.setattr(snapshot, "_write", write)
    assert snapshot.unwritten(closure).count() == closure.people - 2
    assert statistics_of(year.district, LAST).closing.met is None  # type: ignore[union-attr]
    call_command("write_standings")
    assert snapshot.unwritten(closure).exists()  # the task may still be at work
    YearClosure.objects.update(closed_at=timezone.now() - timedelta(hours=2))
    call_command("write_standings")
    snapshot.write_standings(closure)  # a second run counts nobody twice
    closing = statistics_of(year.district, LAST).closing
    assert closing is not None
    assert (closing.met, closing.unmet, closing.exempt) == (1, 3, 1)
    assert not snapshot.unwritten(closure).exists()


def test_late_entries_stand_beside_the_figures_where_the_member_was(year: Year) -> None:
    year.close()
    year.write_down()
    before = year.told()
    year.everything_changes()
    study(year.diligent, 2, "登记表才寄到")
    study(year.diligent, 1, "又找到一张")
    wrong = study(year.slow, 4, "补录")
    ledger.reverse(wrong, reason="误记", recorded_by=None)
    after = {
        key: [table for table in tables if table.slug != "late"]
        for key, tables in year.told()["tables"].items()
    }
    assert after == before["tables"]

    def late(unit: Organization) -> tuple[int, int, Decimal]:
        closing = statistics_of(unit, LAST).closing
        assert closing is not None
        return (closing.late.entries, closing.late.people, closing.late.hours)

    committee = Organization.objects.get(name=f"{builders.make_branch.__defaults__[0]}上级党工委")  # type: ignore[index]
    assert late(year.branch) == late(committee) == late(year.district) == (2, 1, Decimal(3))
    assert late(year.other) == (0, 0, Decimal(0))
    table = tables_of(statistics_of(committee, LAST))[0]
    assert (table.slug, [row.name for row in table.rows]) == ("late", ["第一支部"])
    # The branch lies elsewhere by now: who reads the committee's page need not be let into it.
    assert table.rows[0].code == ""
    standing = standing_of(year.diligent, LAST)
    assert (standing.earned, standing.late, standing.at_closing.earned) == (15, 3, 12)  # type: ignore[union-attr]
    assert rebuild.check().differing_organizations == 0


def test_screen_file_and_paper_say_that_the_year_is_closed_and_what_came_late(
    client: Client, year: Year
) -> None:
    year.close()
    year.write_down()
    client.force_login(year.administrator, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = f"/hours/statistics/?unit={year.branch.code}&year={LAST}"
    assert "补登" not in client.get(address).content.decode()
    study(year.slow, 4, "登记表才寄到")
    found = statistics_of(year.branch, LAST)
    sentences = closing_in_words(found)
    assert len(sentences) == 3
    page = client.get(address).content.decode()
    assert all(sentence in page for sentence in sentences)
    book = load_workbook(
        BytesIO(client.get(f"/hours/statistics/excel/?unit={year.branch.code}&year={LAST}").content)
    )
    assert book.sheetnames[0] == "补登"
    for sheet in book:
        column = [cell.value for cell in sheet["A"]]
        assert column[-3:] == sentences
    words = "".join(pypdf.PdfReader(BytesIO(as_pdf(found))).pages[0].extract_text().split())
    assert "补登了1人的4学时" in words
    report = client.get(f"/admin/reports/hours/?year={LAST}").content.decode()
    assert "补登" in report
    mine = Client()
    mine.force_login(year.slow, backend="members.accounts.backends.PhoneOrNumberBackend")
    record = mine.get(f"/my-learning/?year={LAST}").content.decode()
    assert "当时您有24学时。 当年的要求尚未全部完成。" in record
    assert "关账之后补登了4学时" in record
    assert f"{LAST} 年度关账后补登：登记表才寄到" in record
    assert statistics_of(year.branch, this_year()).closing is None


def test_closing_hands_the_writing_down_to_the_workers(
    year: Year, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        year.close()
    waiting = DBTaskResult.objects.get(task_path="hours.years.tasks.write_standings")
    assert waiting.args_kwargs == {"args": [LAST], "kwargs": {}}


def test_sums_that_differ_from_the_ledger_are_not_closed(year: Year) -> None:
    Tally.objects.filter(organization=year.branch).update(hundredths=7)
    rebuild.check()
    with pytest.raises(ClosingRefusedError):
        year.close()
    rebuild.rebuild()
    year.close()


@pytest.mark.parametrize(
    ("begins", "ends", "refused"),
    [
        (date(LAST, 5, 1), None, True),
        (date(LAST - 1, 1, 1), date(LAST, 1, 1), True),
        (date(LAST, 12, 31), date(LAST + 1, 6, 1), True),
        (date(LAST - 1, 1, 1), date(LAST - 1, 12, 31), False),
        (date(LAST + 1, 1, 1), None, False),
    ],
)
def test_nobody_is_exempted_of_a_closed_year(
    year: Year, *, begins: date, ends: date | None, refused: bool
) -> None:
    year.close()
    data = {"member": year.slow.number, "valid_from": str(begins), "valid_until": str(ends or "")}
    form = ExemptionForm(data, viewer=year.administrator)
    assert ("__all__" in form.errors) is refused


def test_an_exemption_of_a_closed_year_ends_but_does_not_go(client: Client, year: Year) -> None:
    year.close()
    held = Exemption.objects.get()
    data = {"member": year.frail.number, "valid_from": str(held.valid_from)}
    today = date(LAST + 1, 1, 1)
    assert ExemptionForm(
        data | {"valid_until": str(today)}, instance=held, viewer=year.administrator
    ).is_valid()
    for change in ({"valid_until": str(date(LAST - 1, 6, 1))}, {"member": year.slow.number}):
        held.refresh_from_db()
        assert not ExemptionForm(data | change, instance=held, viewer=year.administrator).is_valid()
    chief = Member.objects.create_superuser("chief", builders.PASSWORD, name="管理员")
    client.force_login(chief, backend="members.accounts.backends.PhoneOrNumberBackend")
    requirement = HourRequirement.objects.order_by("pk")[0]
    for address in (
        f"/admin/exemption/delete/{held.pk}/",
        f"/admin/hourrequirement/delete/{requirement.pk}/",
    ):
        answer = client.post(address, follow=True)
        assert "已关账年度" in answer.content.decode()
    assert Exemption.objects.filter(pk=held.pk).exists()
    assert HourRequirement.objects.filter(pk=requirement.pk).exists()


def test_what_stands_in_a_closed_year_is_not_deleted_with_a_sentence_instead_of_a_fault(
    client: Client, year: Year
) -> None:
    year.close()
    chief = Member.objects.create_superuser("chief", builders.PASSWORD, name="管理员")
    client.force_login(chief, backend="members.accounts.backends.PhoneOrNumberBackend")
    for address in (
        f"/admin/organization/delete/{year.other.pk}/",
        f"/admin/users/delete/{year.slow.pk}/",
    ):
        assert "没有删除" in client.post(address, follow=True).content.decode()
    assert Organization.objects.filter(pk=year.other.pk).exists()
    assert Member.objects.filter(pk=year.slow.pk).exists()
