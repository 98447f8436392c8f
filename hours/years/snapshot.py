"""The snapshot of a year at its closing: the sums of the statistics, the tree, and each member's standing.

In the transaction that closes the year (`take_snapshot`) its sums are complete and are changed by nothing but
late entries from then on (`hours.tallies.counting` passes such years over), and who and where everybody was
is copied inside the database. From that, the entries that are not late, and requirements and exemptions that
can no longer be changed for the year, follows what each member had of what was asked. A task writes that down
in batches (`write_standings`); it comes to the same whenever and however often it runs.
"""

from collections import defaultdict
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import ExtractYear
from django.utils import timezone

from hours.models import CountedMember, Tally, YearClosure, YearStanding, YearUnit
from hours.requirements.parts import IN_POSTS, requirements_at_closing
from hours.requirements.standing import standings_at_closing
from hours.statistics.figures import names_of_lines
from hours.tallies import lines
from hours.tallies import rows as tally_rows
from hours.tallies.counting import count_members
from hours.tallies.lines import Amounts, Key
from members.models import Member, Organization, Role

BATCH = 500


def take_snapshot(closure: YearClosure) -> None:
    """Keep the figures of a year that is being closed as they are. Call `tally_rows.lock` before."""
    year = closure.year
    uncounted = Member.objects.get_queryset().exclude(pk__in=CountedMember.objects.values("pk"))
    count_members(uncounted.values_list("pk", flat=True))
    roster = Tally.objects.filter(year=lines.ROSTER, line=lines.PEOPLE)
    _copy(
        Tally,
        ["organization_id", "year", "who", "line", "entries", "people", "hundredths"],
        roster.values_list("organization_id", Value(year), "who", "line", "entries", "people", "hundredths"),
    )
    _copy(
        YearUnit,
        ["year", "organization_id", "path", "name"],
        Organization.objects.values_list(Value(year), "pk", "path", "name"),
    )
    in_post = Role.objects.filter(member=OuterRef("member"), kind__in=IN_POSTS)
    _copy(
        YearStanding,
        ["year", "member_id", "organization_id", "categories", "in_post", "has_left", "born_in"],
        CountedMember.objects.values_list(
            Value(year),
            "member_id",
            "organization_id",
            "categories",
            Exists(in_post),
            "has_left",
            ExtractYear("member__born_on"),
        ),
    )
    closure.names = names_of_lines()
    closure.people = YearStanding.objects.filter(year=year).count()
    closure.save(update_fields=["names", "people"])


def write_standings(closure: YearClosure) -> None:
    """Write down what each member had of the closed year; goes on where it was broken off.

    Holds one batch at a time, each in a transaction of its own.
    """
    waiting = unwritten(closure).order_by("pk")
    while batch := list(waiting[:BATCH]):
        _write(batch, closure.year)
    with transaction.atomic():
        tally_rows.lock()
        if YearClosure.objects.select_for_update(no_key=True).get(pk=closure.pk).written_at is None:
            tally_rows.add_exactly(_outcomes(closure.year))
            YearClosure.objects.filter(pk=closure.pk).update(written_at=timezone.now())


def unwritten(closure: YearClosure) -> QuerySet[YearStanding]:
    """Return the members' years of `closure` that are still to be written down."""
    return YearStanding.objects.filter(year=closure.year, fulfilled__isnull=True)


def _write(rows: list[YearStanding], year: int) -> None:
    requirements, standings = requirements_at_closing(rows, year), standings_at_closing(rows, year)
    for row in rows:
        requirement, standing = requirements[row.member_id], standings[row.member_id]
        row.required, row.earned, row.fulfilled = requirement.required, standing.earned, standing.fulfilled
        row.exempt, row.exempt_until = requirement.exempt, requirement.exempt_until
        row.details = requirement.details()
    fields = ["required", "earned", "fulfilled", "exempt", "exempt_until", "details"]
    YearStanding.objects.bulk_update(rows, fields)


def _outcomes(year: int) -> dict[int, dict[Key, Amounts]]:
    """Return how many people of each unit had all that was asked, lacked some, and had nothing asked."""
    paths = dict(YearUnit.objects.filter(year=year).values_list("organization", "path"))
    units = {path: pk for pk, path in paths.items()}
    sums: dict[int, dict[Key, Amounts]] = defaultdict(dict)
    counted = (
        YearStanding.objects.filter(year=year, has_left=False, organization__isnull=False)
        .order_by()
        .values_list("organization", "exempt", "fulfilled")
        .annotate(people=Count("pk"))
    )
    for organization, exempt, fulfilled, people in counted:
        line = lines.EXEMPT if exempt else lines.MET if fulfilled else lines.UNMET
        for path in tally_rows.chain(paths[organization]):
            tally_rows.merge(sums[units[path]], {(year, lines.EVERYBODY, line): (0, people, 0)})
    return sums


def _copy(model: type[Any], columns: list[str], rows: Any) -> None:
    """Insert `rows`, a query whose columns are `columns`, without their passing through this process."""
    sql, values = rows.order_by().query.sql_with_params()
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) {sql}", values)
