"""What a list leaves in the log is the same whatever language its uploader reads."""

from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from members.imports import lifecycle
from members.models import Member, Organization
from tests import builders

from . import lists

pytestmark = pytest.mark.django_db


def logged(kind: str, rows: list[list[str]], chief: Member, language: str) -> list[Any]:
    source = lifecycle.start(kind, lists.text(rows), "名单.csv", by=chief, language=language)
    for step in (lifecycle.read, lifecycle.confirm, lifecycle.apply):
        step(source)
        source.refresh_from_db()
    entries = ModelLogEntry.objects.filter(action__startswith="members.import").order_by("pk")
    return [entry.data["changes"] for entry in entries]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_list_of_members_logs_fields_and_codes(branch: Organization, chief: Member, language: str) -> None:
    known = builders.make_member(branch, "rural", number="A1", name="旧名")
    rows = [
        ["党员编号", "姓名", "党支部", "党员类型"],
        ["A1", "新名", branch.code, "农村党员、新党员"],
        ["A2", "新来的", branch.name, ""],
    ]
    assert sorted(logged("members", rows, chief, language), key=str) == sorted(
        [
            [["name", "旧名", "新名"], ["categories", ["rural"], ["rural", "new"]]],
            [["number", "", "A2"], ["name", "", "新来的"], ["organization", "", branch.code]],
        ],
        key=str,
    )
    assert Member.objects.get(pk=known.pk).name == "新名"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_list_of_organizations_logs_fields_and_codes(
    district: Organization, branch: Organization, chief: Member, language: str
) -> None:
    other = builders.make_branch(district, "第二支部").get_parent()
    rows = [
        ["编码", "名称", "层级", "上级党组织"],
        [branch.code, "改名支部", "", other.code],
        ["new-1", "新支部", "党支部", other.name],
    ]
    assert sorted(logged("organizations", rows, chief, language), key=str) == sorted(
        [
            [["name", "第一支部", "改名支部"], ["parent", branch.get_parent().code, other.code]],
            [["name", "", "新支部"], ["level", "", "branch"], ["parent", "", other.code]],
        ],
        key=str,
    )
