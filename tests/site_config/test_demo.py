"""The demo district: complete, readable, and loaded as often as one likes."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from courses.models import Course, Enrolment, Menu, MenuItem
from exemplars.models import Exemplar
from hours.models import CreditEntry
from hours.requirements.standing import standing_of
from lectures.models import Lecture, WatchProgress
from local_videos.jobs import worker
from local_videos.models import LocalVideo
from members.accounts.backends import PhoneOrNumberBackend
from members.models import Member, Organization, Role
from site_config.demo import content, films, landscapes, people, pictures, slides
from site_config.models import HomePage
from stations.models import ScreeningPlan, Station
from tests import demo_site, whole_database
from tests.own_apps import OWN_APPS

CHINESE = re.compile(r"[一-鿿]")
TEXTS = [*content.read_all("lectures").items(), *content.read_all("exemplars").items()]


def load(**options: Any) -> str:
    out = StringIO()
    call_command("load_demo", stdout=out, films=0, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo district, loaded once for all tests that only look at it."""
    if connection.vendor == "sqlite":
        with (
            django_db_blocker.unblock(),
            whole_database.with_content_of(demo_site.loaded() / demo_site.DATABASE),
        ):
            yield
        return
    places = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic():
        with places:
            load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The loaded demo district; what a test changes is undone after it."""


def counts() -> dict[str, int]:
    models = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.mark.slow
def test_loads_what_it_promises(demo: None) -> None:
    assert {
        "members": Member.objects.count(),
        "committees": Organization.objects.filter(level="committee").count(),
        "branches": Organization.objects.filter(level="branch").count(),
        "lectures": Lecture.objects.live().count(),
        "courses": Course.objects.live().count(),
        "exemplars": Exemplar.objects.live().count(),
        "menus": Menu.objects.live().filter(year=timezone.localdate().year).count(),
        "stations": Station.objects.count(),
        "roles": {kind: Role.objects.filter(kind=kind).count() for kind in Role.Kind.values},
    } == {
        "members": 60,
        "committees": 4,
        "branches": 12,
        "lectures": 20,
        "courses": 12,
        "exemplars": 6,
        "menus": 5,
        "stations": 4,
        "roles": {"secretary": 12, "officer": 2, "editor": 2, "administrator": 1, "operator": 4},
    }
    assert HomePage.objects.get().featured_exemplar.slug == "canal-keeper"


@pytest.mark.slow
def test_loading_again_changes_nothing(demo: None) -> None:
    before = counts()
    said = load()
    assert counts() == before
    assert "added" not in said


@pytest.mark.slow
def test_every_lecture_is_for_somebody_and_counts(demo: None) -> None:
    for lecture in Lecture.objects.all():
        assert lecture.categories.exists(), lecture
        assert lecture.subject, lecture
        assert lecture.hours > 0, lecture
    assert {
        section for menu in Menu.objects.all() for section in menu.items.values_list("section", flat=True)
    } == set(MenuItem.Section.values)
    assert all(
        course.sections.count() and course.cover_id and course.subjects.exists()
        for course in Course.objects.all()
    )


@pytest.mark.slow
def test_the_member_of_the_demo_has_learnt_something_and_lacks_something(demo: None) -> None:
    member = Member.objects.get(number=people.sign_ins()["member"])
    standing = standing_of(member, timezone.localdate().year)
    assert Decimal(0) < standing.earned < standing.required
    assert Enrolment.objects.filter(member=member).count() == 2
    assert WatchProgress.objects.filter(member=member, completed_at=None).count() == 3
    assert not CreditEntry.objects.filter(earned_on__gt=date.today()).exists()


@pytest.mark.slow
def test_stations_have_a_programme_today(demo: None) -> None:
    for station in Station.objects.all():
        assert ScreeningPlan.objects.filter(station=station, day=timezone.localdate()).exists(), station


@pytest.mark.slow
def test_one_can_sign_in_as_five_people(demo: None) -> None:
    kinds = {}
    for who, number in people.sign_ins().items():
        member = PhoneOrNumberBackend().authenticate(None, username=number, password=people.DEMO_PASSWORD)
        assert member is not None
        kinds[who] = list(member.roles.values_list("kind", flat=True))
    assert kinds == {
        "member": [],
        "secretary": ["secretary"],
        "editor": ["editor"],
        "operator": ["operator"],
        "administrator": ["administrator"],
    }


@pytest.mark.media
@pytest.mark.slow
def test_a_lecture_gets_its_film(demo: None) -> None:
    page = next(films.pages_without_film())
    video = films.make_film(page, 6)
    assert abs(video.duration - 6) < 0.5
    assert video.has_sound
    first = video.captions.get().cues.first()
    assert first is not None
    assert first.text == f"{page.title}。"
    assert type(page).objects.get(pk=page.pk).video == video
    worker.run_job(video.jobs.get().pk)
    ready = LocalVideo.objects.get()
    assert ready.state == LocalVideo.State.READY
    # Who has the page open keeps the picture that it names.
    assert ready.poster_id == video.poster_id is not None
    assert page.pk not in [other.pk for other in films.pages_without_film()]


@pytest.mark.parametrize(("slug", "text"), TEXTS, ids=[slug for slug, _ in TEXTS])
def test_texts_have_substance(slug: str, text: dict[str, Any]) -> None:
    written = "".join(part for block in text.get("body") or text["story"] for part in block[1:])
    assert 250 <= len(CHINESE.findall(written)) <= 600
    assert CHINESE.search(text["title"])
    assert CHINESE.search(text["summary"])
    assert 5 <= len(text["slides"]) <= 8
    assert 40 <= films.timed(films.slides_of(text))[-1].end <= 90
    assert all(text.get("categories", ["an exemplar is for everybody"]))


@pytest.mark.parametrize(("slug", "text"), TEXTS, ids=[slug for slug, _ in TEXTS])
def test_words_stay_on_their_slide(slug: str, text: dict[str, Any]) -> None:
    for slide in films.slides_of(text):
        placed = slides.layout(slide)
        assert all(len(line) > 1 for line in (words.text for words in placed)), slide
        for words in placed:
            left, top, right, bottom = words.box
            assert left >= slides.LEFT - 4, words  # letters reach a little over their place
            assert right <= slides.RIGHT + words.size / 2, words  # closing punctuation may hang
            assert top >= 30, words
            assert bottom <= slides.BOTTOM, words
        for above, below in pairwise(placed):
            assert above.box[3] < below.box[1], (above, below)


def test_captions_follow_each_other_and_keep_to_the_length() -> None:
    spoken = films.timed(films.slides_of(TEXTS[0][1]), 6)
    assert spoken[-1].end == pytest.approx(6)
    assert all(one.end == next_.start for one, next_ in pairwise(spoken))
    assert [one.slide for one in spoken] == sorted(one.slide for one in spoken)


@pytest.mark.parametrize("name", sorted(pictures.PICTURES))
def test_pictures_stay_within_their_square(name: str) -> None:
    drawn = pictures.picture(name, 100).getchannel("A").getbbox()
    assert drawn is not None
    assert drawn[2] <= 100
    assert (drawn[2] - drawn[0]) * (drawn[3] - drawn[1]) > 2000


def test_landscapes_are_wide_pictures_and_the_same_each_time() -> None:
    for scene in landscapes.SCENES:
        picture = landscapes.landscape(scene, "seed")
        assert isinstance(picture, Image.Image)
        assert picture.size == (1280, 720)
    assert landscapes.landscape("hills", "a").tobytes() == landscapes.landscape("hills", "a").tobytes()
    assert landscapes.landscape("hills", "a").tobytes() != landscapes.landscape("hills", "b").tobytes()
