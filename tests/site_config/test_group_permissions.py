"""The one table of what each group may do is what a migrated database grants: nothing more, nothing less."""

from collections import defaultdict

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.permissions import policy_registry

from members.models import Member
from members.roles.groups import GROUPS as GROUPS_OF_ROLES
from site_config.group_permissions import GROUPS, grant

pytestmark = pytest.mark.django_db

# Label of the model and codename of the permission.
Granted = set[tuple[str, str]]
ADMIN = ("wagtailadmin.admin", "access_admin")
# What Wagtail's own first migrations gave its two groups. Nothing asks for them any more: who may do what
# with pictures and documents is granted in their collection.
LEFT_BY_WAGTAIL: Granted = {
    (label, f"{verb}_{label.split('.')[1]}")
    for label in ("wagtailimages.image", "wagtaildocs.document")
    for verb in ("add", "change", "choose", "delete")
}
WAGTAILS_GROUPS = ("Editors", "Moderators")


def label_of(permission: Permission) -> tuple[str, str]:
    """Return the model's label and the permission's codename."""
    content_type = permission.content_type
    return f"{content_type.app_label}.{content_type.model}", permission.codename


def in_the_table(name: str) -> tuple[Granted, Granted, Granted]:
    """Return what the table says of models, pages and collections."""
    grants = GROUPS[name]

    def codenames(verbs_of: dict[str, tuple[str, ...]]) -> Granted:
        return {
            (label, f"{verb}_{label.split('.')[1]}") for label, verbs in verbs_of.items() for verb in verbs
        }

    pages = {("wagtailcore.page", codename) for codename in grants.pages}
    return codenames(grants.models) | {ADMIN}, pages, codenames(grants.collections)


def in_the_database(group: Group) -> tuple[Granted, Granted, Granted]:
    """Return what a group may do with models, with all pages, and in all collections."""
    of_models = {label_of(one) for one in group.permissions.select_related("content_type")}
    of_pages = {label_of(one.permission) for one in GroupPagePermission.objects.filter(group=group)}
    of_collections = {
        label_of(one.permission) for one in GroupCollectionPermission.objects.filter(group=group)
    }
    return of_models, of_pages, of_collections


def test_the_groups_are_those_of_the_table_and_of_the_roles() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS) == set(GROUPS_OF_ROLES)


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_may_do_what_the_table_says_and_nothing_else(name: str) -> None:
    models, pages, collections = in_the_database(Group.objects.get(name=name))
    left = LEFT_BY_WAGTAIL if name in WAGTAILS_GROUPS else set()
    assert left <= models
    assert (models - left, pages, collections) == in_the_table(name)


@pytest.mark.parametrize("model", [Image, Document])
def test_what_wagtail_left_opens_nothing(member: Member, model: type[Image | Document]) -> None:
    group = Group.objects.create(name="with what Wagtail left alone")
    known = Permission.objects.select_related("content_type")
    group.permissions.add(*(one for one in known if label_of(one) in LEFT_BY_WAGTAIL))
    assert group.permissions.count() == len(LEFT_BY_WAGTAIL)
    member.groups.add(group)
    of_another = model.objects.create(title="别人的", file=get_test_image_file())
    policy = policy_registry.get_by_type(model)
    assert not policy.user_has_any_permission(member, ["add", "change", "choose", "delete"])
    for verb in ("change", "choose", "delete"):
        assert not policy.user_has_permission_for_instance(member, verb, of_another)


def test_pages_and_collections_are_granted_at_the_top_alone() -> None:
    assert set(GroupPagePermission.objects.values_list("page", flat=True)) == {Page.objects.get(depth=1).pk}
    root = Collection.objects.get(depth=1).pk
    assert set(GroupCollectionPermission.objects.values_list("collection", flat=True)) == {root}


@pytest.mark.parametrize("name", GROUPS)
def test_what_is_granted_exists(name: str) -> None:
    """A permission that Django does not know of a model would never be asked for."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for content_type in ContentType.objects.all():
        model = content_type.model_class()
        if model is not None:
            usual = {f"{verb}_{content_type.model}" for verb in model._meta.default_permissions}
            known[model._meta.label_lower] = usual | {codename for codename, _name in model._meta.permissions}
    for label, codename in set().union(*in_the_table(name)) - {ADMIN}:
        assert codename in known[label], label


def test_granting_again_takes_nothing_away_and_adds_nothing() -> None:

    before = {group.name: in_the_database(group) for group in Group.objects.all()}
    grant(apps)
    assert {group.name: in_the_database(group) for group in Group.objects.all()} == before
