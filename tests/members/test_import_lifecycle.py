"""The steps of a list: read, confirmed, entered by tasks that may be broken off, come twice or fail."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from members.imports import lifecycle
from members.imports.tasks import apply_list, read_list
from members.models import ImportFile, ImportRow, ListImport, Member, Organization
from members.signals import members_changed

from . import lists
from .lists import enter, outcomes, read, read_file

pytestmark = pytest.mark.django_db
HEAD: list[Any] = ["党员编号", "姓名", "手机", "党支部", "党员类型", "出生年月", "流入党组织"]


def test_rights_are_those_of_the_moment_of_entering(chief: Member, branch: Organization) -> None:
    source = read(chief, [HEAD, ["A1", "甲", None, branch.code, None, None, None]])
    chief.roles.all().delete()
    enter(source)
    assert outcomes(source) == ["refused"]
    assert not Member.objects.filter(number="A1").exists()


def test_a_list_that_was_broken_off_goes_on(
    chief: Member, branch: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "BATCH", 3)
    people = [[f"A{n}", f"人{n}", None, branch.code, None, None, None] for n in range(8)]
    source = read(chief, [HEAD, *people])
    assert lifecycle.confirm(source)
    assert lifecycle.confirm(source) is False
    source.refresh_from_db()
    with translation.override("en"):
        batches = lifecycle._batches(source)
        assert [next(batches), next(batches)] == [3, 6]
        batches.close()
    assert Member.objects.filter(number__startswith="A").count() == 6
    source.refresh_from_db()
    lifecycle.apply(source)
    assert source.rows.order_by("place").values_list("outcome", flat=True).distinct().get() == "create"
    assert Member.objects.filter(number__startswith="A").count() == 8
    assert source.rows.filter(applied=True).count() == 8


def test_a_list_half_read_is_read_anew(chief: Member, branch: Organization) -> None:
    content = lists.xlsx([HEAD, ["A1", "甲", None, branch.code, None, None, None]])
    source = lifecycle.start("members", content, "x.xlsx", by=chief, language="en")
    ImportRow.objects.create(list_import=source, place=2, outcome="create")
    lifecycle.read(source)
    (row,) = source.rows.all()
    assert row.cells[0] == "A1"
    # A task that comes twice finds nothing to do, neither here nor once the list was entered.
    lifecycle.read(source)
    assert list(source.rows.all()) == [row]
    enter(source)
    entered = ListImport.objects.values().get()
    for step in (lifecycle.read, lifecycle.apply):
        step(ListImport.objects.get())
        assert ListImport.objects.values().get() == entered


def test_what_breaks_is_said_and_can_be_tried_again(chief: Member, branch: Organization) -> None:
    source = read(chief, [HEAD, ["A1", "甲", None, branch.code, None, None, None]])
    assert lifecycle.confirm(source)
    stored = ListImport.objects.filter(pk=source.pk)
    stored.update(columns={"number": "?"})
    with pytest.raises(TypeError):
        apply_list.call(source.pk)
    assert [(one.state, one.fault[:20]) for one in stored] == [("ready", "Something went wrong")]
    stored.update(columns=source.columns)
    source = enter(stored.get())
    assert (source.fault, Member.objects.filter(number="A1").count()) == ("", 1)
    lost = ListImport.objects.create(kind="members", file_name="x", uploaded_by=chief, language="en")
    with pytest.raises(ImportFile.DoesNotExist):
        read_list.call(lost.pk)
    lost.refresh_from_db()
    assert (lost.state, lost.fault[:20]) == ("failed", "Something went wrong")


def test_a_list_with_too_many_rows_leaves_none(
    chief: Member, branch: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "MOST_ROWS", 2)
    people = [[f"A{n}", "甲", None, branch.code, None, None, None] for n in range(3)]
    assert read(chief, [HEAD, *people[:2]]).state == "ready"
    source = read(chief, [HEAD, *people])
    assert (source.state, source.rows.count()) == ("failed", 0)
    assert source.fault == "The list has too many rows. Please divide it."


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", lists.xlsx([["日期", "天气"], ["2026", "晴"]]), lists.xlsx([HEAD]), lists.xlsx([])],
)
def test_a_file_that_is_no_list_says_so(chief: Member, content: bytes) -> None:
    source = read_file(chief, content)
    assert (source.state, source.rows.count(), ImportFile.objects.count()) == ("failed", 0, 0)
    assert source.fault.endswith(".")


def test_entering_tells_the_rooms_above(chief: Member, branch: Organization) -> None:
    told: list[int] = []

    def receive(ids: list[int], **kwargs: Any) -> None:
        assert transaction.get_connection().in_atomic_block
        told.extend(ids)

    members_changed.connect(receive)
    try:
        enter(read(chief, [HEAD, ["A1", "甲", None, branch.code, None, None, None]]))
    finally:
        members_changed.disconnect(receive)
    assert told == [Member.objects.get(number="A1").pk]


def test_reading_takes_the_same_queries_for_few_and_many(
    chief: Member, branch: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def file(n: int) -> bytes:
        return lists.xlsx([HEAD, *[[f"A{i}", "甲", None, branch.code, None, None, None] for i in range(n)]])

    with django_assert_max_num_queries(60) as few:
        read_file(chief, file(2))
    with django_assert_max_num_queries(60) as many:
        read_file(chief, file(60))
    assert len(few) == len(many)


@pytest.mark.parametrize(("taken", "state"), [(2, "done"), (3, "ready")])
def test_a_number_taken_at_the_same_moment_is_tried_again(
    chief: Member, branch: Organization, taken: int, state: str
) -> None:
    source = read(chief, [HEAD, [None, "甲", None, branch.code, None, None, None]])
    assert lifecycle.confirm(source)
    left = [taken]

    def somebody_is_quicker(execute: Any, sql: str, *args: Any) -> Any:
        if sql.startswith('INSERT INTO "members_member"') and left[0]:
            left[0] -= 1
            raise IntegrityError
        return execute(sql, *args)

    with connection.execute_wrapper(somebody_is_quicker), suppress(IntegrityError):
        apply_list.call(source.pk)
    source.refresh_from_db()
    assert (source.state, left) == (state, [0])
    assert Member.objects.filter(name="甲").count() == (state == "done")


def test_signs_that_no_database_keeps_are_left_out(chief: Member, branch: Organization) -> None:
    # Where a file is looked at to say what it is, they would make it no table.
    rows = [HEAD, ["A1", "字" * 66_000, None, None], ["A2", "甲\0乙\x1f", None, branch.code]]
    source = read_file(chief, lists.text(rows))
    assert outcomes(source) == ["refused", "create"]
    assert "\0" not in str([row.cells for row in source.rows.all()])
    enter(source)
    assert Member.objects.get(number="A2").name == "甲乙"
