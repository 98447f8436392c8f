"""Reasons that the site gives are codes in the ledger and sentences in the reader's language."""

import pytest
from django.utils import translation

from foundation.calendar import this_year
from hours import ledger
from hours.ledger import reasons
from hours.ledger.basis import in_words
from hours.models import CreditEntry
from hours.years.closing import close
from members.models import Member, Organization
from tests import builders

from .case_parts import signed_in
from .test_year_end import study

pytestmark = pytest.mark.django_db
LAST = this_year() - 1


@pytest.fixture
def administrator(member: Member, district: Organization) -> Member:
    """Who has closed the last year."""
    administrator = builders.make_member(district)
    builders.make_role(administrator, district, "administrator")
    study(member, LAST)
    close(LAST, administrator)
    return administrator


@pytest.mark.parametrize("code", list(reasons.Reason))
def test_a_code_is_stored_and_read_in_the_readers_language(
    member: Member, administrator: Member, code: reasons.Reason
) -> None:
    entry = study(member, LAST, code)
    assert CreditEntry.objects.get(pk=entry.pk).late_reason == code.value
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words = reasons.in_words(code)
            assert words.isascii() is (language == "en")
            assert words in in_words(entry)
    page = signed_in(administrator).get(f"/admin/hours_ledger/inspect/{entry.pk}/").content.decode()
    assert reasons.in_words(code) in page
    assert "code:" not in page


@pytest.mark.parametrize("text", ["code:player-late", "CODE:x", "ｃｏｄｅ：player-late", "code：x"])
def test_nobody_types_a_code(member: Member, administrator: Member, text: str) -> None:
    late = study(member, LAST, f" {text}")
    back = ledger.reverse(late, reason=text, recorded_by=None)
    for stored in (late.late_reason, back.reason, back.late_reason):
        assert not stored.startswith("code:")
        assert reasons.in_words(stored) == stored
        assert len(stored) == len(text)


def test_what_was_typed_reads_as_typed() -> None:
    assert reasons.as_typed(" 登记表才寄到 ") == reasons.in_words("登记表才寄到") == "登记表才寄到"
