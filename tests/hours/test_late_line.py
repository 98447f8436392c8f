"""The line of late entries beside a closed year: its heads, its places, and the check that knows it."""

import pytest

from hours import ledger
from hours.models import Tally
from hours.statistics.figures import statistics_of
from hours.statistics.tables import closing_in_words
from hours.tallies import rebuild
from members.models import MemberCategory, Organization
from tests import builders

from . import test_snapshot
from .test_snapshot import LAST, Year, study

year = test_snapshot.year
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def late_of(unit: Organization, who: str = "everybody") -> tuple[int, int, int]:
    row = Tally.objects.filter(organization=unit, year=LAST, who=who, line="late").first()
    return (row.entries, row.people, row.hundredths) if row else (0, 0, 0)


def test_late_heads_go_with_the_last_late_entry_and_the_check_knows_them(year: Year) -> None:
    early = study(year.slow, 1)
    year.close()
    rural = f"category:{MemberCategory.objects.get(slug='rural').pk}"
    late = [study(year.slow, 2, "补登") for _ in range(2)]
    assert late_of(year.branch) == late_of(year.district, rural) == (2, 1, 400)
    for entry, left in zip(late, [(1, 1, 200), (0, 0, 0)], strict=True):
        ledger.reverse(entry, reason="误记", recorded_by=None)
        assert late_of(year.branch) == late_of(year.district, rural) == left
    # What was entered in time and is taken back late makes nobody a head.
    ledger.reverse(early, reason="误记", recorded_by=None)
    assert late_of(year.branch) == (-1, 0, -100)
    assert closing_in_words(statistics_of(year.branch, LAST))[-1].startswith("关账之后")
    assert rebuild.check().differing_organizations == 0


def test_late_entries_of_whoever_came_later_stay_where_the_first_was_counted(year: Year) -> None:
    year.close()
    district = Organization.objects.get(pk=year.district.pk)
    newcomer = builders.make_member(builders.make_branch(district, "新支部"), "rural")
    unit = newcomer.organization
    assert unit is not None
    study(newcomer, 1, "补登")
    Organization.objects.get(pk=unit.pk).move(Organization.objects.get(pk=year.other.pk), "sorted-child")
    newcomer.organization = year.branch
    newcomer.save()
    study(newcomer, 2, "补登")
    homeless = builders.make_member(None)
    study(homeless, 4, "补登")
    homeless.organization = year.branch
    homeless.save()
    study(homeless, 4, "补登")
    assert (late_of(unit), late_of(year.district)) == ((2, 1, 300), (2, 1, 300))
    assert late_of(year.branch) == late_of(year.other) == (0, 0, 0)
    assert rebuild.check().differing_organizations == 0


@pytest.mark.parametrize("change", [{"people": 5}, {"entries": 5}, {"hundredths": 5}])
def test_a_late_line_that_differs_from_the_ledger_is_found_and_counted_anew(
    year: Year, change: dict[str, int]
) -> None:
    year.close()
    study(year.slow, 2, "补登")
    Tally.objects.filter(organization=year.branch, line="late").update(**change)
    Tally.objects.create(
        organization=year.other, year=LAST, who="everybody", line="late", entries=1, people=1, hundredths=9
    )
    assert rebuild.check().differing_organizations == 2
    assert rebuild.rebuild().differing_organizations == 2
    assert rebuild.check().differing_organizations == 0
    assert (late_of(year.branch), late_of(year.other)) == ((1, 1, 200), (0, 0, 0))
