"""What says who a member is never enters the ledger, however it is written."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from foundation.calendar import this_year, today
from hours import ledger
from hours.closed_years import NamesMemberError
from hours.ledger.names import is_same_name, names_member
from hours.models import CreditEntry
from hours.years.closing import close
from members.models import Member, Organization
from tests import builders

NAMING = [
    ("李秀英", "补登李秀英"),
    ("李秀英", "李 秀 英的课"),
    ("李　秀英", "补登李秀英"),
    ("李秀英", "补登李\u3000秀\u200b英"),
    ("劉秀英", "补登刘秀英"),
    ("阿依古丽·买买提", "阿依古丽买买提来过"),
    ("阿依古丽买买提", "阿依古丽•买买提来过"),
    ("阿依古丽·买买提", "买买提 阿依古丽"),
    ("Tian Lichun", "for Tian Lichun"),
    ("Tian Lichun", "for LICHUN TIAN,"),
    ("Tian Lichun", "补登tianlichun的课"),
    ("TianLichun", "Tian Li-chun"),
    ("Ｔｉａｎ　Ｌｉｃｈｕｎ", "Tian Lichun"),
    ("Tian Lichun", "Ｔｉａｎ　Ｌｉｃｈｕｎ"),
    ("Jean-Luc Étang", "etang jean luc"),
    ("An", "for An, late"),
]
HARMLESS = [
    ("An", "the plan and another"),
    ("Tian Lichun", "tianlichuns"),
    ("Tian Lichun", "Lichun was there"),
    ("李秀英", "李秀兰和王英"),
    ("张 文", "论文张贴"),
    ("李", "李村的课"),
    ("", "登记表才寄到"),
    ("李秀英", ""),
]


@pytest.mark.parametrize(("name", "words"), NAMING)
def test_a_name_is_found_however_it_is_written(name: str, words: str) -> None:
    assert names_member(Member(name=name, number="x9"), words)


@pytest.mark.parametrize(("name", "words"), HARMLESS)
def test_other_words_name_nobody(name: str, words: str) -> None:
    assert not names_member(Member(name=name, number="x9"), words)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("补GONE77的", True),
        ("gone-77", True),
        ("ＧＯＮＥ７７", True),
        ("电话 138 0013-8000", True),
        ("tel13800138000", True),
        ("+8613800138000", True),
        ("1380013 人", False),
        ("77", False),
    ],
)
def test_so_are_numbers(words: str, named: bool) -> None:
    assert names_member(Member(name="某", number="GONE77", phone="13800138000"), words) is named


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("学员甲", " 学员　甲 ", True),
        ("Ｔｉａｎ　Ｌｉｃｈｕｎ", "tian lichun", True),
        ("阿依古丽·买买提", "阿依古丽买买提", True),
        ("学员甲", "学员", False),
        ("", " ", False),
    ],
)
def test_names_are_compared_without_what_is_no_letter(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same
    assert is_same_name(other, one) is same


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Tian Lichun", "李　秀英"])
@pytest.mark.parametrize("text", ["title", "place", "organizer", "late_reason", "reason"])
def test_no_typed_text_with_a_name_enters_the_ledger(
    district: Organization, branch: Organization, name: str, text: str
) -> None:
    leaver = builders.make_member(branch, name=name)
    administrator = builders.make_member(district)
    builders.make_role(administrator, district, "administrator")
    wrong = builders.make_entry(leaver, this_year() - 1)
    naming = f"补 {name.replace(' ', '  ')} 的"
    if text == "reason":
        with pytest.raises(ledger.ReversalRefusedError):
            ledger.reverse(wrong, reason=naming, recorded_by=None)
    else:
        close(this_year() - 1, administrator)
        facts: dict[str, Any] = {"title": "春耕", "minutes": 90, "delivery_kind": "field", "basis": {}}
        facts |= {"basis": {"organizer": naming}} if text == "organizer" else {text: naming}
        day = wrong.earned_on if text == "late_reason" else today()
        with pytest.raises(NamesMemberError):
            ledger.credit(leaver, lecture_key=uuid5(NAMESPACE_URL, "x"), earned_on=day, **facts)
    assert CreditEntry.objects.filter(member=leaver).count() == 1


@pytest.mark.django_db
def test_a_published_title_is_the_sites_own(member: Member) -> None:
    day = today() - timedelta(days=1)
    facts: dict[str, Any] = {"minutes": 90, "delivery_kind": "online", "earned_on": day, "basis": {}}
    assert ledger.credit(member, lecture_key=uuid4(), title=f"{member.name}的事迹", **facts).entry
