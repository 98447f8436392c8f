"""The first page, for strangers and for members."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.calendar import this_year
from hours import ledger
from hours.models import HourRequirement
from lectures.models import Lecture, WatchProgress
from local_videos.models import LocalVideo, TranscodeJob
from members.models import Member
from site_config.pages import home
from tests.builders import make_exemplar, make_lecture, make_menu

pytestmark = pytest.mark.slow


def make_film(minutes: int) -> LocalVideo:
    """Return a film that counts as ready; nothing is played here."""
    video = LocalVideo.objects.create(title="片", original="x.mp4", duration=minutes * 60, state="ready")
    video.current_job = TranscodeJob.objects.create(video=video)
    video.save()
    return video


def lesson(title: str, minutes: int) -> Lecture:
    """Return a published lecture with a film of that length."""
    return make_lecture(title, video=make_film(minutes))


@pytest.fixture
def asked(db: None) -> None:
    """Two hours a year are asked of everybody, and nothing else."""
    HourRequirement.objects.all().delete()
    HourRequirement.objects.create(valid_from=date(2000, 1, 1), hours=Decimal(2))


def test_strangers_see_the_exemplar_and_the_menus_by_type(client: Client, db: None) -> None:
    exemplar = make_exemplar("守渠人")
    rural = make_menu("农村菜单", this_year(), categories=("rural",))
    everybody = make_menu("人人可学", this_year())
    make_menu("旧菜单", this_year() - 1, categories=("rural",))
    response = client.get("/")
    assert response.context["exemplar"] == exemplar
    assert [
        (audience.category and audience.category.slug, audience.menus)
        for audience in response.context["menus_by_audience"]
    ] == [(None, [everybody]), ("rural", [rural])]
    assert 'role="search"' in response.content.decode()


def test_the_editors_choice_goes_before_the_newest(db: None) -> None:
    chosen, newest = make_exemplar("先写的"), make_exemplar("后写的")
    assert home.exemplar_of_the_week(None) == newest
    assert home.exemplar_of_the_week(chosen) == chosen


def test_a_choice_that_is_not_for_everybody_gives_way(db: None) -> None:
    newest = make_exemplar("公开的")
    hidden, secret = make_exemplar("撤下的"), make_exemplar("要密码的")
    hidden.unpublish()
    secret.view_restrictions.create(restriction_type="password", password="quhe")
    assert home.exemplar_of_the_week(hidden) == newest
    assert home.exemplar_of_the_week(secret) == newest


def test_nothing_personal_is_shown_to_strangers(client: Client, member: Member, asked: None) -> None:
    lecture = lesson("白菜怎么种", 45)
    begin(member, lecture, 600)
    html = client.get("/").content.decode()
    assert member.name not in html
    assert "白菜怎么种" not in html


def begin(member: Member, lecture: Lecture, seconds: float) -> None:
    """Have `member` seen the first `seconds` of the film."""
    WatchProgress.objects.create(
        member=member,
        lecture_key=lecture.lesson_key,
        version=lecture.film_version,
        seen=[[0, seconds]],
        seconds_seen=seconds,
        position=seconds,
        updated_at=timezone.now(),
    )


def test_a_member_goes_on_where_they_stopped(member_client: Client, member: Member, asked: None) -> None:
    begun = lesson("白菜怎么种", 45)
    begin(member, begun, 630)
    response = member_client.get("/")
    assert (response.context["begun"].lecture, response.context["begun"].position) == (begun, 630)
    assert "从 10:30 接着看" in response.content.decode()


def test_the_line_tells_what_is_missing_and_what_would_close_it(
    member_client: Client, member: Member, asked: None
) -> None:
    lectures = [lesson("一", 45), lesson("二", 45)]
    make_menu("农村菜单", this_year(), *lectures, categories=("rural",))
    outlook = home.outlook_of(member, this_year())
    assert ([step.page for step in outlook.steps], outlook.steps_suffice) == (lectures, True)
    page = member_client.get("/").content.decode()
    assert "已完成 0 / 2 学时，还差 2 学时，再学您菜单里的这 2 讲就够了" in page


def test_too_few_steps_are_called_a_beginning(member_client: Client, member: Member, asked: None) -> None:
    make_menu("农村菜单", this_year(), lesson("一", 45), categories=("rural",))
    assert not home.outlook_of(member, this_year()).steps_suffice
    assert "还差 2 学时，可以先从下面这几讲学起" in member_client.get("/").content.decode()


def test_who_has_done_enough_is_told_so(member_client: Client, member: Member, asked: None) -> None:
    credit(member, 100)
    html = member_client.get("/").content.decode()
    assert f"已完成 2 / 2 学时，{this_year()} 年的要求已经达到" in html


def credit(member: Member, minutes: int, kind: str = "group_study") -> None:
    """Credit a lesson held this year."""
    ledger.credit(
        member,
        lecture_key=uuid4(),
        title="三会一课",
        minutes=minutes,
        delivery_kind=kind,
        earned_on=date(this_year(), 1, 2),
        basis={},
    )


def test_short_films_are_at_most_a_quarter_of_an_hour(member: Member) -> None:
    short = lesson("短", 15)
    lesson("长", 16)
    make_lecture("没有片子")
    assert list(home.short_films(member)) == [short]


def test_the_first_page_asks_the_same_number_of_queries_whatever_is_on_offer(
    member_client: Client, member: Member, asked: None
) -> None:
    def offer(n: int) -> None:
        for _ in range(n):
            lecture = lesson(f"讲{n}", 10)
            make_menu(f"菜单{n}", this_year(), lecture, categories=("rural",))
            make_exemplar(f"典型{n}")
            begin(member, lecture, 60)

    offer(1)
    for client in (Client(), member_client):
        client.get("/")  # fills what is remembered of sites and content types
    few = [queries_of(Client()), queries_of(member_client)]
    offer(3)
    assert [queries_of(Client()), queries_of(member_client)] == few


def queries_of(client: Client) -> int:
    """Return how many queries the first page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    return len(queries)
