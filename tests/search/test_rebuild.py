"""A building of the index that fails is tried again, later and later, and the editors read so."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from members.models import Member, Organization, Role
from search.editors import rebuild as rebuilding
from search.editors import tasks
from search.editors.rebuild import latest_rebuild, rebuild
from search.editors.tasks import retry_rebuild
from search.engine import documents
from search.engine.index_files import IndexFiles, Rebuild
from search.models import DictionaryWord, IndexRebuild
from search.text import district_words
from tests import builders

Committed = Callable
SOON = timedelta(seconds=5)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let every building of the index fail until the returned function is called."""

    def finish(self: Rebuild) -> None:
        raise OSError(28, "No space left on device")

    finished = Rebuild.finish
    monkeypatch.setattr(Rebuild, "finish", finish)
    yield lambda: monkeypatch.setattr(Rebuild, "finish", finished)


def fail() -> tuple[int, timedelta | None]:
    """Let the newest building fail; return its attempts and the pause until the next."""
    asked = latest_rebuild()
    assert asked is not None
    with pytest.raises(OSError, match="No space left"):
        rebuild(asked)
    asked.refresh_from_db()
    assert (asked.fault, asked.finished_at) == ("OSError", None)
    return asked.attempt, None if asked.due_at is None else asked.due_at - timezone.now()


def waiting() -> int:
    """Return how many buildings wait for a worker."""
    return int(
        DBTaskResult.objects.filter(task_path="search.editors.tasks.rebuild_index", status="READY").count()
    )


def open_files() -> list[str]:
    """Return the files that this process holds open."""
    names = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            names.append(str(link.readlink()))
    return names


@pytest.mark.django_db
def test_pauses_grow_until_it_is_given_up(full_disk: Callable[[], None]) -> None:
    IndexRebuild.objects.create()
    for attempt, minutes in enumerate((1, 5, 25, 125), 1):
        made, pause = fail()
        assert (made, pause) == (attempt, pytest.approx(timedelta(minutes=minutes), abs=SOON))
    assert fail() == (5, None)
    # No failed attempt has left its files on a disk that may be full.
    roots = [index.files.root for index in get_search_backend().all_indexes()]
    assert [len(list(root.glob("g-*"))) for root in roots if root.exists()] == [1]
    assert retry_rebuild(timezone.now() + timedelta(days=400)) is False


@pytest.mark.django_db
def test_it_is_asked_for_again_once_when_the_pause_is_over(
    full_disk: Callable[[], None], django_capture_on_commit_callbacks: Committed
) -> None:
    lecture = builders.make_lecture("草地贪夜蛾的防治")
    IndexRebuild.objects.create()
    fail()
    before = waiting()
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        asked = [
            retry_rebuild(now),
            retry_rebuild(now + timedelta(minutes=2)),
            retry_rebuild(now + timedelta(minutes=3)),
        ]
    assert (asked, waiting() - before) == ([False, True, False], 1)
    full_disk()
    latest = latest_rebuild()
    assert latest is not None
    rebuild(latest)
    assert (latest.fault, latest.due_at, latest.attempt) == ("", None, 2)
    assert [page.pk for page in Page.objects.search("草地贪夜蛾")] == [lecture.pk]
    done = latest.finished_at
    rebuild(latest)  # asked for twice
    assert (latest.finished_at, latest.attempt) == (done, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(("attempt", "asked"), [(0, True), (4, True), (5, False)])
def test_a_lost_task_is_noticed(attempt: int, asked: bool) -> None:
    """A worker died, or the task never came: it came no further for half an hour."""
    begun = timezone.now() - timedelta(minutes=31)
    lost = IndexRebuild.objects.create(attempt=attempt, due_at=begun + rebuilding.PATIENCE)
    assert retry_rebuild(timezone.now()) is asked
    lost.refresh_from_db()
    assert lost.fault == ("" if asked else "interrupted")


@pytest.mark.django_db
def test_one_that_goes_on_at_this_moment_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    asked = IndexRebuild.objects.create(due_at=now - timedelta(minutes=1))
    IndexRebuild.objects.update(due_at=now + rebuilding.PATIENCE)  # its worker has just gone on
    monkeypatch.setattr(tasks, "latest_rebuild", lambda: asked)
    assert retry_rebuild(now) is False


@pytest.mark.django_db
def test_its_task_is_queued_only_when_the_word_is_stored(
    django_capture_on_commit_callbacks: Committed,
) -> None:
    before = waiting()
    with django_capture_on_commit_callbacks():
        tasks.request_rebuild()
    assert waiting() == before


@pytest.mark.django_db
def test_a_long_building_says_that_it_lives_and_brings_everything_in_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In several batches; the words' file and the spelling of names included."""
    monkeypatch.setattr(rebuilding, "_BATCH", 2)
    lectures = [builders.make_lecture(f"田禾坪的故事{number}") for number in range(5)]
    DictionaryWord.objects.create(word="田禾坪")
    asked = IndexRebuild.objects.create()
    due: list[datetime | None] = []
    save = IndexRebuild.save

    def save_and_note(self: IndexRebuild, *args: Any, **kwargs: Any) -> None:
        due.append(self.due_at)
        save(self, *args, **kwargs)

    monkeypatch.setattr(IndexRebuild, "save", save_and_note)
    rebuild(asked)
    assert due.pop() is None
    assert len(set(due)) == len(due) > 3
    assert set(Page.objects.search("田禾坪").keys()) == {lecture.pk for lecture in lectures}
    assert district_words.read() == ("田禾坪",)
    assert lectures[0].spellings.filter(word="田禾坪", word_pinyin="tianheping").exists()


@pytest.mark.django_db
def test_a_living_one_is_left_alone_and_an_older_one_forgotten() -> None:
    now = timezone.now()
    IndexRebuild.objects.create(fault="OSError", due_at=now - timedelta(hours=1))
    IndexRebuild.objects.create(started_at=now, due_at=now + rebuilding.PATIENCE)
    assert retry_rebuild(now) is False


def test_what_was_begun_is_cleared_away(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    old = files.current()
    begun = Rebuild(files)
    begun.add([documents.document("1", [("text", "乡村振兴", 1.0)])])
    begun.abandon()
    assert [name for name in open_files() if str(tmp_path) in name] == []  # they would keep the disk full
    begun.abandon()  # no harm
    assert files.current() == old
    assert [path.name for path in tmp_path.glob("g-*")] == [old.name]
    assert files._building() is None
    Rebuild(files).finish()  # nothing holds it back
    assert files.current() != old


@pytest.mark.django_db
def test_editors_read_when_it_is_tried_again(client: Client, member: Member, district: Organization) -> None:
    builders.make_role(member, district, Role.Kind.EDITOR)
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = reverse("wagtailsnippets_search_dictionaryword:list")
    moment = timezone.make_aware(datetime(2026, 5, 4, 10, 30))
    asked = IndexRebuild.objects.create(attempt=2, fault="OSError", due_at=moment)
    page = client.get(address).content.decode()
    assert "将于 2026年5月4日 10:30 自动重试" in " ".join(page.split())
    assert "已失败 2 次" in page
    asked.attempt, asked.due_at = 5, None
    asked.save()
    page = client.get(address).content.decode()
    assert ("OSError" in page, "自动重试" in page) == (True, False)


@pytest.mark.django_db
def test_a_word_saved_after_that_starts_anew(django_capture_on_commit_callbacks: Committed) -> None:
    IndexRebuild.objects.create(attempt=5, fault="OSError", started_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        DictionaryWord.objects.create(word="田禾坪")
    latest = latest_rebuild()
    assert latest is not None
    assert (latest.attempt, latest.fault, IndexRebuild.objects.count()) == (0, "", 2)
    assert latest.due_at is not None
    call_command("retry_index", verbosity=0)
    assert waiting() == 1
