"""Which menus are laid for whom, choosing within the window, and the steps to this year's hours."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.menus.choosing import (
    ChoiceRefusedError,
    choose,
    closed_because,
    closes,
    menus_for,
    places_of,
    suggestions,
    tally,
    withdraw,
)
from courses.models import Enrolment, Menu, MenuItem
from foundation.calendar import this_year
from hours.ledger import credit
from hours.models import HourRequirement, Subject
from hours.requirements.standing import standing_of
from lectures.models import Lecture
from members.models import Member, Organization
from tests.builders import make_course, make_lecture, make_member, make_menu
from tests.lectures.films import make_film_lecture

YEAR = this_year()


@pytest.fixture
def lecture(db: None) -> Lecture:
    """A lecture of one credit hour."""
    return make_lecture(credit_minutes=45)


@pytest.fixture
def menu(lecture: Lecture) -> Menu:
    """This year's menu for rural members with one elective."""
    return make_menu("农村党员菜单", YEAR, lecture, categories=("rural",), choose_at_least=1)


def required(menu: Menu, page: Lecture) -> MenuItem:
    """Put `page` on the menu as a required item."""
    return MenuItem.objects.create(menu=menu, page=page, section=MenuItem.Section.REQUIRED, sort_order=99)


def earn(member: Member, lecture: Lecture) -> None:
    """Credit the member with the lecture today."""
    credit(
        member,
        lecture_key=lecture.lesson_key,
        title=lecture.title,
        minutes=lecture.minutes_that_count,
        delivery_kind="online",
        earned_on=timezone.localdate(),
        basis={},
    )


def ask(hours: str) -> None:
    """Ask everybody for so many hours this year, and for nothing else."""
    HourRequirement.objects.all().delete()
    HourRequirement.objects.create(valid_from=date(YEAR, 1, 1), hours=Decimal(hours))


# --- Which menus -------------------------------------------------------------------------------------


def test_menus_meet_the_members_categories(branch: Organization, menu: Menu) -> None:
    both = make_menu("流动与新党员", YEAR, categories=("floating", "new"))
    everybody = make_menu("人人都学", YEAR)
    make_menu("机关党员菜单", YEAR, categories=("government",))
    rural = make_member(branch, "rural")
    twofold = make_member(branch, "floating", "new")

    assert list(menus_for(rural, YEAR)) == [menu, everybody]
    assert list(menus_for(twofold, YEAR)) == [both, everybody]


def test_a_member_without_category_gets_all_menus(branch: Organization, menu: Menu) -> None:
    other = make_menu("机关党员菜单", YEAR, categories=("government",))

    assert list(menus_for(make_member(branch), YEAR)) == [menu, other]


def test_menus_of_other_years_drafts_and_restricted_ones_are_not_laid(member: Member, menu: Menu) -> None:
    make_menu("去年", YEAR - 1, categories=("rural",))
    make_menu("草稿", YEAR, categories=("rural",), live=False)
    closed_off = make_menu("内部", YEAR, categories=("rural",))
    PageViewRestriction.objects.create(page=closed_off, restriction_type=PageViewRestriction.LOGIN)

    assert list(menus_for(member, YEAR)) == [menu]


# --- Choosing ----------------------------------------------------------------------------------------


def test_choosing_again_counts_once(member: Member, menu: Menu) -> None:
    item = menu.items.get()

    choose(member, menu, item)
    choose(member, menu, item)

    assert Enrolment.objects.filter(member=member).count() == 1
    assert tally(member, menu).chosen == 1


def test_withdrawing_leaves_the_choice_of_others(member: Member, branch: Organization, menu: Menu) -> None:
    other, item = make_member(branch, "rural"), menu.items.get()
    choose(member, menu, item)
    choose(other, menu, item)

    withdraw(member, menu, item)
    withdraw(member, menu, item)

    assert [enrolment.member for enrolment in Enrolment.objects.all()] == [other]


def test_withdrawing_from_one_menu_leaves_the_same_lecture_on_another(
    member: Member, menu: Menu, lecture: Lecture
) -> None:
    second = make_menu("人人都学", YEAR, lecture)
    for one in (menu, second):
        choose(member, one, one.items.get())

    withdraw(member, menu, menu.items.get())

    assert [enrolment.menu_key for enrolment in Enrolment.objects.all()] == [second.translation_key]


def test_a_choice_survives_an_editors_delete_and_add(member: Member, menu: Menu, lecture: Lecture) -> None:
    choose(member, menu, menu.items.get())

    MenuItem.objects.all().delete()
    MenuItem.objects.create(menu=menu, page=lecture)

    assert tally(member, menu).chosen == 1


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(1, None), (None, -1), (-2, -1), (None, 0)],
    ids=["before", "after", "past", "at the end"],
)
def test_outside_the_window_nothing_changes(
    member: Member, menu: Menu, opens: int | None, closes: int | None
) -> None:
    now, item = timezone.now(), menu.items.get()
    choose(member, menu, item, now)
    menu.opens_at = now + timedelta(hours=opens) if opens is not None else None
    menu.closes_at = now + timedelta(hours=closes) if closes is not None else None
    menu.save()
    late = make_member(member.organization, "rural")

    with pytest.raises(ChoiceRefusedError) as refused:
        choose(late, menu, item, now)
    with pytest.raises(ChoiceRefusedError):
        withdraw(member, menu, item, now)

    assert refused.value.sentence == closed_because(menu, now) != ""
    assert [enrolment.member for enrolment in Enrolment.objects.all()] == [member]


def test_at_its_opening_the_menu_can_be_chosen_from(member: Member, menu: Menu) -> None:
    now = timezone.now()
    menu.opens_at, menu.closes_at = now, now + timedelta(seconds=1)

    choose(member, menu, menu.items.get(), now)

    assert closed_because(menu, now) == ""
    assert Enrolment.objects.count() == 1


def test_last_years_menu_is_closed(member: Member, lecture: Lecture) -> None:
    old = make_menu("去年", YEAR - 1, lecture)

    with pytest.raises(ChoiceRefusedError):
        choose(member, old, old.items.get())

    assert Enrolment.objects.count() == 0


def test_required_items_are_always_chosen_and_stay(member: Member, menu: Menu) -> None:
    item = required(menu, make_lecture("党章", credit_minutes=90))

    choose(member, menu, item)
    with pytest.raises(ChoiceRefusedError):
        withdraw(member, menu, item)

    assert Enrolment.objects.count() == 0
    assert tally(member, menu).chosen == 1


def test_items_of_another_menu_and_withdrawn_pages_are_refused(member: Member, menu: Menu) -> None:
    other = make_menu("别的菜单", YEAR, make_lecture("别的"))
    draft = MenuItem.objects.create(menu=menu, page=make_lecture("草稿", live=False), sort_order=5)
    hidden_menu = make_menu("草稿菜单", YEAR, make_lecture("好课"), live=False)

    for laid, item in [(menu, other.items.get()), (menu, draft), (hidden_menu, hidden_menu.items.get())]:
        with pytest.raises(ChoiceRefusedError):
            choose(member, laid, item)

    assert Enrolment.objects.count() == 0


# --- What it comes to --------------------------------------------------------------------------------


def test_the_tally_counts_what_is_chosen_and_required(member: Member, branch: Organization) -> None:
    short, long = make_lecture("短", credit_minutes=15), make_lecture("长", credit_minutes=90)
    course = make_course("两讲", make_lecture("一", credit_minutes=45), make_lecture("二", credit_minutes=30))
    menu = make_menu("菜单", YEAR, short, long, course, choose_at_least=2)
    required(menu, make_lecture("必修", credit_minutes=45))
    practical = MenuItem.objects.create(
        menu=menu, page=make_lecture("实训", credit_minutes=180), section=MenuItem.Section.PRACTICAL
    )
    choose(make_member(branch), menu, menu.items.get(page=long))

    choose(member, menu, menu.items.get(page=course))
    choose(member, menu, practical)

    result = tally(member, menu)
    assert (result.chosen, result.hours, result.still_needed) == (3, Decimal("6.5"), 1)


def test_places_of_a_page_are_the_lines_of_this_years_menus(
    member: Member, menu: Menu, lecture: Lecture
) -> None:
    make_menu("机关", YEAR, lecture, categories=("government",))
    make_menu("去年", YEAR - 1, lecture, categories=("rural",))
    choose(member, menu, menu.items.get())

    assert [(line.item, line.chosen) for line in places_of(lecture, member)] == [(menu.items.get(), True)]


# --- Suggestions -------------------------------------------------------------------------------------


def test_suggestions_close_the_gap_with_the_fewest_lectures(member: Member) -> None:
    ask("4")
    lengths = {"A": 15, "B": 135, "C": 45, "D": 90, "E": 60}
    made = [make_lecture(title, credit_minutes=minutes) for title, minutes in lengths.items()]
    make_menu("菜单", YEAR, *made)

    found = suggestions(member, limit=3)

    assert [(found_one.page.title, found_one.hours) for found_one in found] == [
        ("B", Decimal("3.00")),
        ("C", Decimal("1.00")),
    ]


def test_one_lecture_that_is_long_enough_is_the_shortest_such(member: Member) -> None:
    ask("1")
    make_menu("菜单", YEAR, *(make_lecture(str(m), credit_minutes=m) for m in (90, 30, 45, 60)))

    assert [found.page.title for found in suggestions(member)] == ["45"]


def test_suggestions_leave_out_what_is_credited_hidden_or_without_hours(member: Member) -> None:
    ask("32")
    done, in_course = make_lecture("已学", credit_minutes=45), make_lecture("课程内", credit_minutes=45)
    course = make_course("课程", done, in_course, make_lecture("草稿讲", credit_minutes=45, live=False))
    closed_off = make_lecture("内部", credit_minutes=45)
    PageViewRestriction.objects.create(page=closed_off, restriction_type=PageViewRestriction.LOGIN)
    make_menu("菜单", YEAR, done, course, closed_off, make_lecture("一分钟", credit_minutes=1))
    make_menu("别人的", YEAR, make_lecture("机关课", credit_minutes=45), categories=("government",))
    make_menu("去年", YEAR - 1, make_lecture("旧课", credit_minutes=45))
    earn(member, done)

    assert [found.page.title for found in suggestions(member, limit=10)] == ["课程内"]


def test_what_the_member_chose_is_suggested_before_equals(member: Member) -> None:
    ask("1")
    menu = make_menu("菜单", YEAR, *(make_lecture(title, credit_minutes=45) for title in "甲乙"))
    choose(member, menu, menu.items.last())

    assert [found.page.title for found in suggestions(member)] == ["乙"]


def test_with_nothing_left_to_close_short_lectures_come_first(member: Member) -> None:
    ask("0")
    make_menu("菜单", YEAR, *(make_lecture(str(m), credit_minutes=m) for m in (90, 30, 45, 60)))

    assert standing_of(member, YEAR).remaining == 0
    assert [found.page.title for found in suggestions(member, limit=2)] == ["30", "45"]


def test_suggestions_meet_what_a_subject_lacks_before_the_rest(member: Member) -> None:
    theory, health = Subject.objects.get(code="theory"), Subject.objects.get(code="health")
    ask("3")
    HourRequirement.objects.create(
        valid_from=date(YEAR, 1, 1), measure="part", subject=theory, hours=Decimal(1)
    )
    make_menu(
        "菜单",
        YEAR,
        make_lecture("长", credit_minutes=180, subject=health),
        make_lecture("理论", credit_minutes=45, subject=theory),
        make_lecture("短", credit_minutes=90, subject=health),
    )
    found = suggestions(member)
    assert [one.page.title for one in found] == ["理论", "短"]
    standing = standing_of(member, YEAR)
    assert (closes(standing, found), closes(standing, found[1:])) == (True, False)


def test_what_would_not_count_is_not_suggested(member: Member) -> None:
    HourRequirement.objects.create(
        valid_from=date(YEAR, 1, 1), hours=Decimal(4), delivery_kinds=["group_study"]
    )
    watched = make_film_lecture(600, credit_minutes=45)
    make_menu("菜单", YEAR, watched, make_lecture("支部讲", credit_minutes=45))
    assert [one.page.title for one in suggestions(member)] == ["支部讲"]
