"""Editing menus and courses through Wagtail's real forms: nested lines, checks, draft, schedule, workflow."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Workflow, WorkflowPage
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from courses.menus.choosing import choose
from courses.menus.demand import demand
from courses.models import Course, CourseIndex, Menu, MenuIndex, MenuItem
from foundation.calendar import this_year
from members.models import Member, MemberCategory, Organization
from tests.builders import make_course, make_exemplar, make_lecture, make_member, make_menu

pytestmark = pytest.mark.slow

YEAR = this_year()


@pytest.fixture
def editor_client(client: Client, branch: Organization) -> Client:
    """A client signed in as somebody who may edit everything."""
    editor = make_member(branch, is_superuser=True, is_staff=True)
    client.force_login(editor, backend="members.accounts.backends.PhoneOrNumberBackend")
    return client


def line(page: Any, section: str = "elective", **fields: Any) -> dict[str, Any]:
    """Return one line of a menu as the form sends it."""
    return {"section": section, "page": page.pk, "note": "", **fields}


def menu_data(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a menu as the form sends it."""
    return nested_form_data(
        {
            "title": "农村党员菜单",
            "slug": "rural",
            "summary": "",
            "year": YEAR,
            "choose_at_least": 0,
            "opens_at": "",
            "closes_at": "",
            "categories": "",
            "items": inline_formset(list(lines)),
            "comments": inline_formset([]),
            **fields,
        }
    )


def add(client: Client, model: str, parent: Any, data: dict[str, Any], *, publish: bool = True) -> Any:
    """Send the form for a new page."""
    if publish:
        data["action-publish"] = "1"
    return client.post(reverse("wagtailadmin_pages:add", args=["courses", model, parent.pk]), data)


def faults(response: Any) -> dict[str, Any]:
    """Return the errors of the form, the lines' errors below "items"."""
    form = response.context["form"]
    found = dict(form.errors)
    lines = [dict(one) for one in form.formsets["items"].errors]
    return found | ({"items": lines} if any(lines) else {})


# --- Menus -------------------------------------------------------------------------------------------


def test_an_editor_publishes_a_menu_with_lines_in_order(editor_client: Client) -> None:
    offers: list[Page] = [make_course("课", make_lecture("讲")), make_lecture("另一讲"), make_exemplar("人")]
    rural = MemberCategory.objects.get_or_create(slug="rural", defaults={"name": "农村"})[0]
    data = menu_data(
        line(offers[0], "required"),
        line(offers[1], note="有用"),
        line(offers[2], "practical"),
        choose_at_least=1,
        categories=rural.name,
    )

    add(editor_client, "menu", MenuIndex.objects.get(), data)

    menu = Menu.objects.get()
    assert menu.live
    assert [(item.section, item.page_id, item.note) for item in menu.items.all()] == [
        ("required", offers[0].pk, ""),
        ("elective", offers[1].pk, "有用"),
        ("practical", offers[2].pk, ""),
    ]
    assert list(menu.categories.all()) == [rural]


def test_the_form_opens_and_its_choosers_ask_for_what_a_menu_can_offer(editor_client: Client) -> None:
    address = reverse("wagtailadmin_pages:add", args=["courses", "menu", MenuIndex.objects.get().pk])
    assert editor_client.get(address).status_code == 200

    course = make_course("课")
    index = course.get_parent()
    types = {"page_type": "courses.Course,lectures.Lecture,exemplars.Exemplar"}
    for parent, rows in [
        (index.get_parent(), [("固本", False), (index.title, False)]),
        (index, [(index.title, False), ("课", True)]),
    ]:
        offered = editor_client.get(reverse("wagtailadmin_choose_page_child", args=[parent.pk]), types)
        assert [(page.title, page.can_choose) for page in offered.context["table"].data] == rows


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"opens_at": "2026-05-02 08:00", "closes_at": "2026-05-01 08:00"}, "closes_at"),
        ({"opens_at": "2026-05-01 08:00", "closes_at": "2026-05-01 08:00"}, "closes_at"),
        ({"year": YEAR + 3}, "year"),
        ({"year": 1999}, "year"),
        ({"choose_at_least": 2}, "choose_at_least"),
    ],
    ids=["closes before it opens", "closes as it opens", "far ahead", "long ago", "too many to choose"],
)
def test_faults_stand_beside_their_field_and_nothing_typed_is_lost(
    editor_client: Client, fields: dict[str, Any], at: str
) -> None:
    data = menu_data(line(make_lecture("讲"), note="有用"), line(make_lecture("必"), "required"), **fields)

    response = add(editor_client, "menu", MenuIndex.objects.get(), data)

    assert response.status_code == 200
    assert list(faults(response)) == [at]
    assert len(faults(response)[at]) == 1
    assert response.content.decode().count("有用") >= 1
    assert Menu.objects.count() == 0


def test_an_offer_stands_once_on_a_menu(editor_client: Client) -> None:
    lecture = make_lecture("讲")
    twice = menu_data(line(lecture), line(make_lecture("别的")), line(lecture, "required"))

    response = add(editor_client, "menu", MenuIndex.objects.get(), twice)
    assert [list(fault) for fault in faults(response)["items"]] == [[], [], ["page"]]
    assert Menu.objects.count() == 0

    struck_out = menu_data(line(lecture), line(lecture, "required", DELETE="on"))
    add(editor_client, "menu", MenuIndex.objects.get(), struck_out)
    assert Menu.objects.get().items.count() == 1


def test_struck_out_electives_do_not_count(editor_client: Client) -> None:
    data = menu_data(line(make_lecture("讲")), line(make_lecture("别的"), DELETE="on"), choose_at_least=2)

    assert list(faults(add(editor_client, "menu", MenuIndex.objects.get(), data))) == ["choose_at_least"]


def test_a_draft_is_seen_by_its_editor_alone_until_its_time_comes(editor_client: Client) -> None:
    go_live = timezone.localtime() + timedelta(hours=1)
    data = menu_data(line(make_lecture("讲")), go_live_at=go_live.strftime("%Y-%m-%d %H:%M"), expire_at="")
    add(editor_client, "menu", MenuIndex.objects.get(), data)
    menu = Menu.objects.get()

    assert not menu.live
    assert Client().get(menu.get_url()).status_code == 404
    draft = editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[menu.pk]))
    assert draft.content.decode().count('class="dish"') == 1

    menu.refresh_from_db()
    revision = menu.scheduled_revision
    revision.approved_go_live_at = timezone.now() - timedelta(seconds=1)
    revision.save()
    content = revision.content | {"go_live_at": None}
    type(revision).objects.filter(pk=revision.pk).update(content=content)
    call_command("publish_scheduled")
    assert Client().get(menu.get_url()).status_code == 200


def test_a_preview_shows_lines_that_are_not_stored(editor_client: Client) -> None:
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["courses", "menu", MenuIndex.objects.get().pk]
    )
    sent = editor_client.post(address, menu_data(line(make_lecture("讲一")), line(make_lecture("讲二"))))
    assert sent.json() == {"is_valid": True, "is_available": True}

    html = editor_client.get(address).content.decode()

    assert html.count('class="dish"') == 2
    assert Menu.objects.count() == 0


def test_a_menu_goes_through_the_workflow(editor_client: Client) -> None:
    WorkflowPage.objects.get_or_create(
        page=MenuIndex.objects.get(), defaults={"workflow": Workflow.objects.first()}
    )
    data = menu_data(line(make_lecture("讲"))) | {"action-submit": "1"}

    add(editor_client, "menu", MenuIndex.objects.get(), data, publish=False)
    menu = Menu.objects.get()
    assert (menu.live, menu.current_workflow_state.status) == (False, "in_progress")

    task = menu.current_workflow_task_state
    editor_client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[menu.pk, "approve", task.pk]), {"comment": ""}
    )
    menu.refresh_from_db()
    assert menu.live


# --- Courses -----------------------------------------------------------------------------------------


def course_data(*sections: tuple[str, list[Any]], **fields: Any) -> dict[str, Any]:
    """Return a course with its sections and their lectures as the form sends it."""
    return nested_form_data(
        {
            "title": "水稻课程",
            "slug": "rice",
            "summary": "会育秧",
            "introduction": rich_text("<p>从种子到秧苗。</p>"),
            "cover": "",
            "subjects": [],
            "categories": "",
            "sections": inline_formset(
                [
                    {
                        "title": title,
                        "items": inline_formset([{"lecture": lecture.pk} for lecture in lectures]),
                    }
                    for title, lectures in sections
                ]
            ),
            "comments": inline_formset([]),
            **fields,
        }
    )


def test_an_editor_publishes_a_course_with_nested_sections(editor_client: Client) -> None:
    one, two, three = (make_lecture(f"第{n}讲", credit_minutes=45) for n in "一二三")
    data = course_data(("上篇", [two, one]), ("下篇", [three]))

    add(editor_client, "course", CourseIndex.objects.get(), data)

    course = Course.objects.get()
    assert [(part.title, [item.lecture for item in part.items.all()]) for part in course.sections.all()] == [
        ("上篇", [two, one]),
        ("下篇", [three]),
    ]
    html = Client().get(course.url).content.decode()
    assert html.count('<li class="list__item">') == 3


def test_a_course_preview_shows_typed_sections(editor_client: Client) -> None:
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["courses", "course", CourseIndex.objects.get().pk]
    )
    editor_client.post(address, course_data(("上篇", [make_lecture("一"), make_lecture("二")])))

    html = editor_client.get(address).content.decode()

    assert html.count('<li class="list__item">') == 2
    assert Course.objects.count() == 0


def test_an_editor_changes_a_published_course_as_a_draft(editor_client: Client) -> None:
    course = make_course("水稻课程", make_lecture("一"))
    data = course_data(("新章", [make_lecture("二")]), title="新题目")

    editor_client.post(reverse("wagtailadmin_pages:edit", args=[course.pk]), data)

    course.refresh_from_db()
    html = Client().get(course.url).content.decode()
    assert html.count("新题目") == 0
    assert course.get_latest_revision_as_object().title == "新题目"


# --- Demand ------------------------------------------------------------------------------------------


def test_the_report_counts_choices_by_item_and_names_nobody(editor_client: Client, member: Member) -> None:
    wanted, unwanted = make_lecture("要的"), make_lecture("不要的")
    menu = make_menu("菜单", YEAR, unwanted, wanted)
    make_menu("别的菜单", YEAR, unwanted)
    MenuItem.objects.create(menu=menu, page=make_lecture("必修讲"), section="required")
    for person in (member, make_member(member.organization)):
        choose(person, menu, menu.items.get(page=wanted))

    assert [(item.page.title, item.times_chosen) for item in demand().filter(menu=menu)] == [
        ("要的", 2),
        ("不要的", 0),
    ]
    html = editor_client.get(reverse("courses_demand")).content.decode()
    assert "要的" in html
    assert member.name not in html
    table: Any = editor_client.get(reverse("courses_demand"), {"export": "csv"})
    assert len(b"".join(table.streaming_content).decode().strip().splitlines()) == 4


def test_the_report_and_the_list_are_closed_to_members(member_client: Client) -> None:
    make_menu("菜单", YEAR, make_lecture("讲"))

    for name in ("courses_demand", "menu_listing:index"):
        assert member_client.get(reverse(name)).status_code == 302


def test_the_list_of_menus_opens(editor_client: Client) -> None:
    make_menu("菜单", YEAR, make_lecture("讲"))

    assert editor_client.get(reverse("menu_listing:index")).content.decode().count("菜单") >= 1
