"""Data migrations: run again over a site that is in use, they leave what administrators changed."""

import importlib
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations import AddField
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, Workflow

from foundation.calendar import today
from hours.models import Certificate, CreditRule, HourRequirement, ReportGroup, Subject
from lectures.models import Lecture, WatchProgress
from local_videos.models import LocalVideo
from members.models import NAMELESS, Member, MemberCategory, Membership

from . import builders
from .lectures.films import make_film

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.django_db

# Every data migration, and the functions in it; a new one is added with a test of its own below.
DATA_MIGRATIONS = {
    "members.migrations.0002_member_categories": ["seed"],
    "members.migrations.0004_membership_history": ["begin_history", "neutral_names"],
    "hours.migrations.0003_rules_and_report_groups": ["seed_rules", "seed_report_groups"],
    "lectures.migrations.0004_fill_lesson_keys": ["fill_lesson_keys"],
    "local_videos.migrations.0005_fill_playing_hash": ["fill_playing_hash"],
    "hours.migrations.0007_replaced_certificates": ["mark_replaced"],
    "site_config.migrations.0002_first_pages": ["add_pages", "name_workflow"],
    "site_config.migrations.0003_group_permissions": ["give"],
}


def run(migration: str) -> None:
    """Run the data functions of a migration over the database as it is."""
    module = importlib.import_module(migration)
    for name in DATA_MIGRATIONS[migration]:
        getattr(module, name)(apps, None)


def test_every_data_migration_is_tested() -> None:
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): re.findall(r"RunPython\((\w+)", text)
        for path in ROOT.glob("*/migrations/0*.py")
        if "RunPython" in (text := path.read_text())
    }
    assert found == DATA_MIGRATIONS


def test_a_running_site_can_write_rows_while_a_column_is_added() -> None:
    """The processes that still run the release before do not name a new column."""
    loader = MigrationLoader(connection)
    unbearable = [
        f"{label}.{name}: {operation.model_name}.{operation.name}"
        for (label, name), migration in loader.disk_migrations.items()
        if (ROOT / label / "migrations").is_dir() and not name.endswith("_initial")
        for operation in migration.operations
        if isinstance(operation, AddField)
        and not (
            operation.field.many_to_many
            or operation.field.null
            or operation.field.db_default is not NOT_PROVIDED
        )
    ]
    assert not unbearable


def test_categories_keep_their_people_and_their_changed_looks() -> None:
    member = builders.make_member(builders.make_branch(builders.make_district()), "rural", "old")
    run("members.migrations.0002_member_categories")
    assert {tag.slug for tag in member.categories.all()} == {"rural", "old"}
    assert MemberCategory.objects.get(slug="rural").name == "农村党员"


def test_each_certificate_is_replaced_by_the_next_of_its_kind() -> None:
    people = [builders.make_member() for _ in range(2)]
    of = [(people[0], "record")] * 3 + [(people[0], "certificate"), (people[1], "record")]
    found = [
        Certificate.objects.create(code=f"C{n}", member=member, year=2025, kind=kind, hours=1, entries=[])
        for n, (member, kind) in enumerate(of)
    ]
    run("hours.migrations.0007_replaced_certificates")
    for _again in range(2):
        rows = {one.pk: one for one in Certificate.objects.all()}
        assert [rows[one.pk].replaced_by_id for one in found] == [found[1].pk, found[2].pk, None, None, None]
        assert rows[found[0].pk].replaced_at == found[1].issued_at
        run("hours.migrations.0007_replaced_certificates")


def test_the_history_of_members_begins_once_and_ends_for_closed_accounts() -> None:
    branch = builders.make_branch(builders.make_district())
    host = builders.make_branch(branch.get_root(), "第二支部")
    open_account = builders.make_member(branch, host_organization=host)
    closed = builders.make_member(branch, is_active=False)
    moved = builders.make_member(branch)
    Membership.objects.exclude(member=moved).delete()
    for _ in range(2):
        run("members.migrations.0004_membership_history")
    rows = Membership.objects.order_by("member", "is_host")
    assert list(rows.values_list("member", "organization", "is_host", "began_on", "ended_on")) == [
        (open_account.pk, branch.pk, False, None, None),
        (open_account.pk, host.pk, True, None, None),
        (closed.pk, branch.pk, False, None, today()),
        (moved.pk, branch.pk, False, None, None),
    ]


def test_who_left_is_called_by_no_word_of_some_language() -> None:
    branch = builders.make_branch(builders.make_district())
    gone, lookalike = (builders.make_member(branch, is_active=False, name="已离开的党员") for _ in range(2))
    Member.objects.filter(pk=gone.pk).update(number=f"LEFT{gone.pk}")
    for one in (gone, lookalike):
        log(one, "members.anonymise")
    run("members.migrations.0004_membership_history")
    names = dict(Member.objects.values_list("pk", "name"))
    assert (names[gone.pk], names[lookalike.pk]) == (NAMELESS, "已离开的党员")
    labels = dict(ModelLogEntry.objects.values_list("object_id", "label"))
    assert (labels[str(gone.pk)], labels[str(lookalike.pk)]) == (NAMELESS, "已离开的党员")


def test_rules_requirements_and_groups_that_were_changed_stay_changed() -> None:
    CreditRule.objects.update(minutes_per_hour=50)
    HourRequirement.objects.filter(applies_to="everybody").update(hours=Decimal(40))
    Subject.objects.filter(code="farming").update(name="种植")
    group = ReportGroup.objects.get(name="新党员")
    group.secretaries_only = True
    group.save()
    before = ReportGroup.objects.count()
    run("hours.migrations.0003_rules_and_report_groups")
    assert CreditRule.objects.get().minutes_per_hour == 50
    assert HourRequirement.objects.get(applies_to="everybody").hours == 40
    assert Subject.objects.get(code="farming").name == "种植"
    assert ReportGroup.objects.get(name="新党员").secretaries_only
    assert ReportGroup.objects.count() == before


def test_what_an_administrator_granted_besides_stays() -> None:
    group = Group.objects.get(name="Responsible")
    extra = Permission.objects.get(codename="change_subject", content_type__app_label="hours")
    group.permissions.add(extra)
    run("site_config.migrations.0003_group_permissions")
    assert extra in group.permissions.all()


def test_the_first_pages_are_one_whole_tree() -> None:
    assert Page.find_problems() == ([], [], [], [], [])
    home = Page.objects.get(depth=2)
    assert [page.slug for page in home.get_children()] == ["menus", "courses", "lectures", "exemplars"]
    assert Workflow.objects.get().name == "审核后发布"


def test_films_that_play_are_named_by_what_was_uploaded() -> None:
    film, waiting = make_film(content_hash="a"), make_film(content_hash="b")
    newer = make_film(content_hash="new", playing_hash="old")
    LocalVideo.objects.filter(pk=waiting.pk).update(current_job=None)
    run("local_videos.migrations.0005_fill_playing_hash")
    named = [LocalVideo.objects.get(pk=each.pk).playing_hash for each in (film, waiting, newer)]
    assert named == ["a", "", "old"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_pages_and_watching_of_before_are_given_their_lesson_and_film() -> None:
    """From a filled database of the release before: the column is not even there to be kept."""
    film = make_film(content_hash="a", playing_hash="a")
    first, second = (builders.make_lecture(title, video=film) for title in ("一", "二"))
    alias = second.create_alias(update_slug="alias")
    text = builders.make_lecture("只有文字")
    people = [builders.make_member() for _ in range(2)]
    now = timezone.now()
    for member, page in ((people[0], first), (people[0], second), (people[1], second)):
        WatchProgress.objects.create(
            member=member, lecture_key=page.translation_key, seconds_seen=page.pk, updated_at=now
        )
    executor = MigrationExecutor(connection)
    executor.migrate([("lectures", "0003_lesson_keys_and_versions")])
    old = executor.loader.project_state([("lectures", "0003_lesson_keys_and_versions")]).apps
    old.get_model("lectures", "Lecture").objects.update(lesson_key=None)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    keys = dict(Lecture.objects.values_list("pk", "lesson_key"))
    assert keys == {
        **{page.pk: first.translation_key for page in (first, second, alias)},
        text.pk: text.translation_key,
    }
    # Who had begun both pages goes on with what was seen of the earlier one.
    kept = WatchProgress.objects.filter(lecture_key=first.translation_key).order_by("member")
    assert [(each.member, each.seconds_seen) for each in kept] == [
        (people[0], first.pk),
        (people[1], second.pk),
    ]
    assert {(each.version, each.watched_at) for each in kept} == {(film.playing_version, now)}
