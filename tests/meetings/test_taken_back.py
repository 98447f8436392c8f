"""Hours that were taken back stand nowhere, and come back by an explicit new tick alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from hours import ledger
from hours.models import CreditEntry
from meetings.attendance import roll_sheet
from meetings.attendance.roll import Ticks, correct
from meetings.models import Attendance, Session
from meetings.sessions.entering import add_present, enter, sessions_of
from members.models import Member, Organization
from site_config.pages.without_hours import without_hours
from tests import builders

from .rolls import ids, meeting, outcomes

pytestmark = pytest.mark.django_db
Outcome = Attendance.Outcome


@pytest.fixture
def session(secretary: Member, branch: Organization, people: list[Member], yesterday: datetime) -> Session:
    """A meeting of three, of whom the first has the hours taken back."""
    session = enter(secretary, meeting(branch, yesterday), ids(*people))
    correct(secretary, session.attendances.get(member=people[0]), "点错了人")
    return session


@pytest.fixture
def taken_back(session: Session, people: list[Member]) -> CreditEntry:
    """The entry of whom the hours were taken back."""
    return CreditEntry.objects.get(member=people[0], reverses__isnull=True)


def hours_of(member: Member) -> int:
    return CreditEntry.objects.filter(member=member).in_force().count()


def test_ticked_anew_the_hours_are_credited_anew(
    session: Session, secretary: Member, people: list[Member], taken_back: CreditEntry
) -> None:
    for _ in range(2):
        saved = add_present(session, secretary, Ticks(ids(people[0]), [taken_back.pk]))
        assert (hours_of(people[0]), saved.warning) == (1, "")
    again = session.attendances.get(member=people[0])
    assert again.stands
    assert again.entry_id != taken_back.pk


def test_a_page_that_did_not_know_credits_nobody_again_and_loses_nothing_else(
    session: Session, secretary: Member, branch: Organization, people: list[Member]
) -> None:
    newcomer = builders.make_member(branch)
    saved = add_present(session, secretary, Ticks(ids(people[0], newcomer)))
    assert people[0].name in saved.warning
    assert newcomer.name not in saved.warning
    assert (hours_of(people[0]), hours_of(newcomer)) == (0, 1)
    assert session.attendances.get(member=people[0]).taken_back


def test_what_was_taken_back_twice_is_not_the_line_of_the_first_time(
    session: Session, secretary: Member, people: list[Member], taken_back: CreditEntry
) -> None:
    ticks = Ticks(ids(people[0]), [taken_back.pk])
    add_present(session, secretary, ticks)
    correct(secretary, session.attendances.get(member=people[0]), "还是点错了")
    assert add_present(session, secretary, ticks).warning
    assert hours_of(people[0]) == 0


def test_the_ledger_s_own_screen_counts_as_any_other_who_takes_back(
    session: Session, secretary: Member, people: list[Member]
) -> None:
    entry = CreditEntry.objects.get(member=people[1])
    ledger.reverse(entry, reason="核对后更正", recorded_by=None)
    assert add_present(session, secretary, Ticks(ids(people[1]))).warning
    assert hours_of(people[1]) == 0


def pks(attendances: Iterable[Attendance]) -> set[int]:
    return {each.member_id for each in attendances}


def test_every_reader_leaves_it_out(session: Session, secretary: Member, people: list[Member]) -> None:
    first, others = people[0], {one.pk for one in people[1:]}
    rows = session.attendances
    assert (pks(rows.standing()), pks(rows.present()), pks(rows.occupying())) == (others,) * 3
    assert pks(rows.taken_back()) == {first.pk}
    listed = sessions_of(secretary).get()
    assert (listed.noted, listed.credited) == (2, 2)  # type: ignore[attr-defined]  # annotated
    lines = {row.member.pk: row for row in roll_sheet.sheet_to_add(session, secretary).rows}
    assert (lines[first.pk].fixed, lines[first.pk].ticked, lines[first.pk].taken_back) == (False, False, True)
    assert not lines[first.pk].correctable
    assert {pk for pk, row in lines.items() if row.fixed} == others


def test_the_page_shows_the_reason_and_a_box_and_credits_who_is_ticked_there(
    client: Client, session: Session, secretary: Member, people: list[Member], taken_back: CreditEntry
) -> None:
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = reverse("sessions:session", args=[session.pk])
    page = client.get(address).content.decode()
    assert "点错了人" in page
    assert f'name="present" value="{people[0].pk}">' in page
    assert f'name="taken_back" value="{taken_back.pk}"' in page
    stale = client.post(address, {"present": ids(people[0])}, follow=True)
    assert people[0].name in [str(message) for message in stale.context["messages"]][1]
    assert hours_of(people[0]) == 0
    fresh = client.post(address, {"present": ids(people[0]), "taken_back": [taken_back.pk]}, follow=True)
    assert fresh.status_code == HTTPStatus.OK
    assert hours_of(people[0]) == 1
    assert outcomes(session)[people[0].pk] == Outcome.CREDITED


def test_a_refused_page_keeps_no_tick_whose_hours_were_taken_back_meanwhile(
    client: Client, session: Session, secretary: Member, people: list[Member], taken_back: CreditEntry
) -> None:
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    stranger = builders.make_member(session.organization.get_parent())
    sent = {"present": ids(people[0], stranger)}
    for known, kept in (([], set()), ([taken_back.pk], {people[0]})):
        address = reverse("sessions:session", args=[session.pk])
        answer = client.post(address, sent | {"taken_back": known})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert {row.member for row in answer.context["sheet"].rows if row.ticked} == kept
        sheet = roll_sheet.sheet_to_replace(
            session, Member.objects.get_queryset(), ticks=Ticks(ids(people[0]), known)
        )
        assert {row.member for row in sheet.rows if row.ticked and not row.fixed} == kept


def test_the_lecture_s_page_tells_the_member_of_no_hours_that_stand(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    """A meeting of another year, whose hours stand, is no meeting without hours."""
    lecture = builders.make_lecture("怎样开好三会一课", credit_minutes=45)
    held = enter(
        secretary, meeting(branch, yesterday, lecture=lecture, title=lecture.title, minutes=45), ids(*people)
    )
    correct(secretary, held.attendances.get(member=people[0]), "点错了人")
    told = without_hours(people[0], lecture, None, yesterday)
    assert told is not None
    assert "点错了人" in told.sentences[0]
    next_year = yesterday.replace(year=yesterday.year + 1)
    Session.objects.filter(pk=held.pk).update(starts_at=next_year, ends_at=next_year + timedelta(minutes=45))
    assert without_hours(people[1], lecture, None, next_year) is None
