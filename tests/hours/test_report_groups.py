"""A reported group keeps its criteria, and the list of groups asks the same few queries for any number."""

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hours.models import ReportGroup, Subject
from hours.tallies.counting import report_groups
from members.models import Member, MemberCategory, Organization, Role
from tests import builders

pytestmark = pytest.mark.django_db


def test_what_a_group_asks_for_cannot_be_deleted() -> None:
    """Without its last category or subject a group would count everybody."""
    rural, farming = MemberCategory.objects.get(slug="rural"), Subject.objects.get(code="farming")
    for needed in (rural, farming):
        with pytest.raises(ProtectedError):
            needed.delete()
    ReportGroup.objects.all().delete()
    farming.delete()


def test_counting_reads_all_groups_in_three_queries() -> None:
    ReportGroup.objects.create(name="任何人")
    with CaptureQueriesContext(connection) as queries:
        groups = {group.pk: group for group in report_groups()}
    assert (len(queries), len(groups)) == (3, 8)
    skills = groups[ReportGroup.objects.get(name="就业和技能培训").pk]
    assert (skills.categories, len(skills.subjects)) == (frozenset(), 4)


def test_the_list_of_groups_asks_as_often_for_many(client: Client, district: Organization) -> None:
    administrator: Member = builders.make_member(None)
    builders.make_role(administrator, district, Role.Kind.ADMINISTRATOR)
    client.force_login(administrator, backend="members.accounts.backends.PhoneOrNumberBackend")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/admin/reportgroup/").status_code == 200
        return len(found)

    queries()
    few = queries()
    for number in range(9):
        ReportGroup.objects.create(name=f"组{number}").subjects.set(Subject.objects.all()[:2])
    assert queries() == few
