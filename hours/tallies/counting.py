"""Keeping the sums of the statistics in step with the ledger and with where members belong.

Every entry is counted in the transaction that writes it (`count_entry`). A member's hours of all years follow
the member: they count in the organization and the categories that the member has now, so that the people on a
page and the hours on it are always the same people's, and a unit's sum is the sum of its members' records.
When a member moves, changes category or takes a post, `count_members` takes everything off the old units and
adds it to the new ones. Whoever leaves (the account is closed, the name made unreadable) stays in the sums.

A closed year with a snapshot (`hours.years.snapshot`) is passed over by all of this: its sums do not change,
and what is entered late for it is counted in a line of its own, where the member belonged at the closing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction

from hours.closed_years import snapshot_years
from hours.models import (
    CountedMember,
    CreditEntry,
    ReportGroup,
    ReportGroupCategory,
    ReportGroupSubject,
    Tally,
)
from members.models import Member, MemberCategoryTag, Organization, Role

from . import late
from . import rows as tally_rows
from .lines import Amounts, Fact, Group, Key, Person, contribution, difference, hundredths_of

_FACTS = ("member_id", "year", "earned_on", "delivery_kind", "subject_id", "hours", "pk")


def count_entry(entry: CreditEntry) -> None:
    """Count an entry that was just written. Called by `hours.ledger` in the entry's own transaction."""
    if entry.late_reason and entry.year in snapshot_years():
        late.count_entry(entry)
        return
    counted = CountedMember.objects.filter(pk=entry.member_id).first()
    if counted is None:
        count_members([entry.member_id])
        return
    if counted.organization_id is None:
        return
    person, groups = _person(counted), report_groups()
    of_year = CreditEntry.objects.filter(member_id=entry.member_id, year=entry.year)
    after: list[Fact] = []
    before: list[Fact] = []
    for row in of_year.order_by().values_list(*_FACTS):
        fact = _fact(row)
        after.append(fact)
        if row[-1] != entry.pk:
            before.append(fact)
    change = difference(contribution(person, after, groups), contribution(person, before, groups))
    tally_rows.add({counted.organization_id: change})


def count_new(member: Member) -> None:
    """Count a member whose row has just been written, and who so has no category, post or hours yet."""
    person = Person(member.organization_id, has_left=not member.is_active)
    with transaction.atomic():
        tally_rows.lock()
        if person.organization_id is not None:
            tally_rows.add({person.organization_id: contribution(person, [], report_groups())})
        _row(member.pk, person).save(force_insert=True)


def count_members(ids: Iterable[int]) -> int:
    """Count the members with these primary keys where they belong now; return how many had to be.

    Safe to call for anybody at any time. Members that exist no more are passed over.
    """
    ids = list(ids)
    with transaction.atomic():
        tally_rows.lock()
        now = persons(ids)
        then = {row.pk: _person(row) for row in CountedMember.objects.filter(pk__in=ids)}
        changed = [pk for pk, person in now.items() if then.get(pk) != person]
        if not changed:
            return 0
        groups = report_groups()
        changes: dict[int, dict[Key, Amounts]] = defaultdict(dict)
        with_facts = dict(facts_of(changed))
        for pk in changed:
            facts = with_facts.get(pk, [])
            old, new = then.get(pk), now[pk]
            if old is not None and old.organization_id is not None:
                lost = difference({}, contribution(old, facts, groups))
                tally_rows.merge(changes[old.organization_id], lost)
            if new.organization_id is not None:
                tally_rows.merge(changes[new.organization_id], contribution(new, facts, groups))
        tally_rows.add(changes)
        CountedMember.objects.bulk_create(
            [_row(pk, now[pk]) for pk in changed],
            update_conflicts=True,
            unique_fields=["member"],
            update_fields=["organization", "categories", "is_secretary", "has_left"],
            batch_size=500,
        )
    return len(changed)


def remove_member(member: Member) -> None:
    """Take a member who is about to be deleted (and so has no hours) out of the sums."""
    with transaction.atomic():
        tally_rows.lock()
        counted = CountedMember.objects.filter(pk=member.pk).first()
        if counted is None:
            return
        if counted.organization_id is not None:
            facts = dict(facts_of([member.pk])).get(member.pk, [])
            share = contribution(_person(counted), facts, report_groups())
            tally_rows.add({counted.organization_id: difference({}, share)})
        counted.delete()


def move_organization(organization: Organization, before: Collection[int], after: Collection[int]) -> None:
    """Follow a move in the tree: from the organizations `before` above `organization` to those `after`.

    Both hold primary keys. The people below move together, so the sums of what moved stay as they are.
    """
    with transaction.atomic():
        tally_rows.lock()
        own = tally_rows.read_sums([organization.pk], but=snapshot_years())[organization.pk]
        gone = difference({}, own)
        changes: dict[int, dict[Key, Amounts]] = dict.fromkeys(set(before) - set(after), gone)
        changes |= dict.fromkeys(set(after) - set(before), own)
        tally_rows.add_exactly(changes)


def remove_organization(organization: Organization) -> None:
    """Count anew whoever is still counted in an organization that is about to be deleted; delete its sums."""
    with transaction.atomic():
        count_members(CountedMember.objects.filter(organization=organization).values_list("pk", flat=True))
        Tally.objects.filter(organization=organization).delete()


def persons(ids: Collection[int]) -> dict[int, Person]:
    """Return where the members with these primary keys belong now, and as what. Three queries."""
    categories: dict[int, list[int]] = defaultdict(list)
    tags = MemberCategoryTag.objects.filter(content_object__in=ids).order_by("tag_id")
    for member_id, tag_id in tags.values_list("content_object_id", "tag_id"):
        categories[member_id].append(tag_id)
    secretaries = set(
        Role.objects.filter(member__in=ids, kind=Role.Kind.SECRETARY).values_list("member_id", flat=True)
    )
    rows = Member.objects.filter(pk__in=ids).values_list("pk", "organization_id", "is_active")
    return {
        pk: Person(organization_id, tuple(categories[pk]), pk in secretaries, not is_active)
        for pk, organization_id, is_active in rows
    }


def report_groups() -> list[Group]:
    """Return the reported groups as counting needs them. Three plain queries: every credit asks."""
    categories: dict[int, set[int]] = defaultdict(set)
    for group_id, category_id in ReportGroupCategory.objects.values_list("group_id", "category_id"):
        categories[group_id].add(category_id)
    subjects: dict[int, set[int]] = defaultdict(set)
    for group_id, subject_id in ReportGroupSubject.objects.values_list("group_id", "subject_id"):
        subjects[group_id].add(subject_id)
    rows = ReportGroup.objects.values_list("pk", "secretaries_only", "delivery_kinds")
    return [
        Group(
            pk=pk,
            secretaries_only=secretaries_only,
            categories=frozenset(categories[pk]),
            subjects=frozenset(subjects[pk]),
            delivery_kinds=frozenset(delivery_kinds),
        )
        for pk, secretaries_only, delivery_kinds in rows
    ]


def facts_of(members: Any) -> Iterator[tuple[int, list[Fact]]]:
    """Yield each of `members` (keys or a subquery) who has entries, with all of them; holds one at a time.

    Without those of years with a snapshot.
    """
    moving = CreditEntry.objects.filter(member__in=members).exclude(year__in=snapshot_years())
    rows = moving.order_by("member_id").values_list(*_FACTS)
    for member_id, entries in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        yield member_id, [_fact(row) for row in entries]


def _fact(row: tuple[Any, ...]) -> Fact:
    _member, year, earned_on, kind, subject_id, hours, _pk = row
    return Fact(year, earned_on.month, kind, subject_id or 0, 1 if hours > 0 else -1, hundredths_of(hours))


def _person(row: CountedMember) -> Person:
    return Person(row.organization_id, tuple(row.categories), row.is_secretary, row.has_left)


def _row(pk: int, person: Person) -> CountedMember:
    return CountedMember(
        member_id=pk,
        organization_id=person.organization_id,
        categories=list(person.categories),
        is_secretary=person.is_secretary,
        has_left=person.has_left,
    )
