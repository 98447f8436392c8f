"""One size of `benchmarks.hours`: build the tree, the people, the ledger; measure; print one line of JSON."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

ENTRIES_PER_MEMBER = 33
SMALL = 10_000  # entries against which the cost of a credit is compared
MEMBERS_PER_BRANCH = 20
ROUNDS = 21
CREDITS = 300
YEAR = date.today().year

if __name__ == "__main__":
    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client
    from openpyxl import Workbook

    from hours.ledger import credit
    from hours.models import CreditEntry, Subject
    from hours.statistics.figures import statistics_of
    from hours.tallies import rebuild
    from members.imports import lifecycle
    from members.models import ListImport, Member, MemberCategory, MemberCategoryTag, Organization, Role

FILL = {
    "sqlite": {
        "key": "printf('%032x', {lecture})",
        "day": "date('{year}-01-01', '+' || ({day}) || ' days')",
        "now": "datetime('now')",
        "json": "'{{}}'",
    },
    "postgresql": {
        "key": "lpad(to_hex({lecture}), 32, '0')::uuid",
        "day": "date '{year}-01-01' + ({day})::int",
        "now": "now()",
        "json": "'{{}}'::jsonb",
    },
}


def main(name: str, entries: int) -> dict[str, float]:
    """Build and measure; return the figures."""
    people = entries // ENTRIES_PER_MEMBER
    found: dict[str, float] = {}
    with said("tables"):
        call_command("migrate", verbosity=0, interactive=False)
    with said("organizations"):
        root, branches = organizations(name, people)
    chief = Member.objects.create_superuser("chief", name="管理员", password=None)
    if name == "district":
        found |= by_list(chief, branches, people)
    else:
        with said("members"):
            by_rows(branches, people)
    first = Member.objects.exclude(pk=chief.pk).order_by("pk").values_list("pk", flat=True)
    ids = list(first)
    with said("secretaries, counting people"):
        secretaries(branches)
        rebuild.rebuild()
    credit_ms = {}
    if name == "district":
        few = ids[: SMALL // ENTRIES_PER_MEMBER]
        fill(few[0], few[-1])
        rebuild.rebuild()
        credit_ms["small"] = cost_of_credits(few)
        ids = ids[len(few) :]
    with said("ledger"):
        step = 20_000
        for start in range(0, len(ids), step):
            fill(ids[start], ids[min(start + step, len(ids)) - 1])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    with said("sums from the ledger") as took:
        rebuild.rebuild()
    found[f"rebuild_s_{name}"] = round(took[0], 1)
    print(f"   {CreditEntry.objects.count()} entries")
    if name == "district":
        credit_ms["full"] = cost_of_credits(ids[:: len(ids) // 300])
        found["credit_cpu_ms"] = round(credit_ms["full"], 2)
        found["credit_cost_growth"] = round(credit_ms["full"] / credit_ms["small"], 2)

    browser = Client()
    browser.force_login(chief, backend="members.accounts.backends.PhoneOrNumberBackend")
    page = f"/hours/statistics/?unit={root.code}&year={YEAR}"
    assert browser.get(page).status_code == 200
    found[f"statistics_ms_{name}"] = median_ms(lambda: browser.get(page), ROUNDS)
    found[f"figures_ms_{name}"] = median_ms(lambda: statistics_of(root, YEAR), ROUNDS)
    pairs = [
        (median_ms(lambda: statistics_of(root, YEAR), 3), median_ms(lambda: group_by(root), 1))
        for _ in range(3)
    ]
    found[f"group_by_ms_{name}"] = round(statistics.median(slow for _fast, slow in pairs))
    ratio = statistics.median(fast / slow for fast, slow in pairs)
    found["statistics_vs_group_by" if name == "city" else "statistics_vs_group_by_district"] = round(ratio, 5)
    total = statistics_of(root, YEAR).total
    assert [total.entries, total.people] == list(group_by(root))
    return found


@contextmanager
def said(what: str) -> Iterator[list[float]]:
    """Say how long something took, in seconds; yields a list that holds it afterwards."""
    start, took = time.monotonic(), [0.0]
    yield took
    took[0] = time.monotonic() - start
    print(f"   {what}: {took[0]:.1f} s", flush=True)


def median_ms(work: Callable[[], Any], rounds: int) -> float:
    """Return the median of the milliseconds that `work` takes."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 2)


def organizations(name: str, people: int) -> tuple["Organization", list["Organization"]]:
    """Lay a tree of one root, committees and branches; a city has a level of districts between."""
    root = Organization.add_root(name="全区", code="root", level="district")
    above = [root]
    if name == "city":
        above = _below(above, 13, "committee", "d")
    above = _below(above, max(4, min(60, people // 500)), "committee", "c")
    branches = _below(above, max(1, people // MEMBERS_PER_BRANCH // len(above)), "branch", "b")
    return root, branches


def _below(above: list["Organization"], each: int, level: str, mark: str) -> list["Organization"]:
    nodes = [
        Organization(
            path=Organization._get_path(parent.path, parent.depth + 1, n + 1),
            depth=parent.depth + 1,
            name=f"{mark}{number}-{n}",
            code=f"{mark}{number}-{n}",
            level=level,
        )
        for number, parent in enumerate(above)
        for n in range(each)
    ]
    Organization.objects.bulk_create(nodes, batch_size=1000)
    for parent in above:
        parent.numchild = each
    Organization.objects.bulk_update(above, ["numchild"], batch_size=1000)
    return nodes


def by_list(chief: "Member", branches: list["Organization"], people: int) -> dict[str, float]:
    """Let the importer enter the members from an Excel file, with their types."""
    names = list(MemberCategory.objects.values_list("name", flat=True))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("党员名册")
    sheet.append(["党员编号", "姓名", "手机号码", "党组织编码", "党员类型"])
    for n in range(people):
        kinds = (
            names[n % 3] + (f"、{names[3]}" if n % 10 == 0 else "") + (f"、{names[4]}" if n % 11 == 0 else "")
        )
        branch = branches[n % len(branches)]
        sheet.append([f"P{n:07d}", f"学员{n}", f"1{3_000_000_000 + n}", branch.code, kinds])
    file = BytesIO()
    book.save(file)
    wall, cpu = time.monotonic(), time.process_time()
    with said("members, by the importer"):
        source = lifecycle.start("members", file.getvalue(), "党员名册.xlsx", by=chief, language="zh-hans")
        lifecycle.read(source)
        assert source.state == ListImport.State.READY, source.fault
        assert lifecycle.confirm(source)
        source.refresh_from_db()
        lifecycle.apply(source)
    assert Member.objects.filter(organization__isnull=False).count() == people
    per_list = 30_000 / people
    return {
        "import_s_30000_rows": round((time.monotonic() - wall) * per_list, 1),
        "import_cpu_s_30000_rows": round((time.process_time() - cpu) * per_list, 1),
    }


def by_rows(branches: list["Organization"], people: int) -> None:
    """Store the members directly, with their types."""
    pks = list(MemberCategory.objects.values_list("pk", flat=True))
    step = 20_000
    for start in range(0, people, step):
        numbers = range(start, min(start + step, people))
        made = Member.objects.bulk_create(
            [
                Member(
                    number=f"P{n:07d}",
                    name=f"学员{n}",
                    password="!",  # noqa: S106  nobody signs in
                    organization=branches[n % len(branches)],
                )
                for n in numbers
            ],
            batch_size=2000,
        )
        tags = [(member, pks[n % 3]) for n, member in zip(numbers, made, strict=True)]
        tags += [(member, pks[3]) for n, member in zip(numbers, made, strict=True) if n % 10 == 0]
        tags += [(member, pks[4]) for n, member in zip(numbers, made, strict=True) if n % 11 == 0]
        MemberCategoryTag.objects.bulk_create(
            [MemberCategoryTag(content_object=member, tag_id=pk) for member, pk in tags], batch_size=2000
        )


def secretaries(branches: list["Organization"]) -> None:
    """Give each branch a secretary."""
    first = dict(
        Member.objects.filter(organization__in=[branch.pk for branch in branches])
        .order_by("-pk")
        .values_list("organization_id", "pk")
    )
    Role.objects.bulk_create(
        [Role(member_id=pk, organization_id=at, kind="secretary") for at, pk in first.items()],
        batch_size=2000,
    )


def fill(lowest: int, highest: int) -> None:
    """Give each member with a primary key in this range a year of entries."""
    words = FILL[connection.vendor]
    subjects = list(Subject.objects.order_by("pk").values_list("pk", flat=True))
    lecture, mix = "((m.id * 31 + n.n * 61) % 2000)", "(m.id + n.n)"
    key = words["key"].format(lecture=lecture)
    kinds = "".join(
        f"WHEN {place} THEN '{kind}' "
        for place, kind in enumerate(["online", "online", "group_study", "group_study", "station", "field"])
    )
    columns = {
        "key": f"m.id || ':' || {lecture} || ':00000000-0000-4000-8000:{YEAR}:0'",
        "member_id": "m.id",
        "year": str(YEAR),
        "lecture_key": key,
        "title": "'一堂课'",
        "subject_id": f"{subjects[0]} + {mix} % {len(subjects)}",
        "delivery_kind": f"CASE {mix} % 7 {kinds} ELSE 'centralized' END",
        "minutes": "45",
        "hours": f"1 + {mix} % 2",
        "earned_on": words["day"].format(year=YEAR, day="(m.id * 7 + n.n * 11) % 330"),
        "basis": words["json"].format(),
        "place": "''",
        "recorded_at": words["now"],
        "reason": "''",
        "late_reason": "''",
    }
    sql = (
        f"WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {ENTRIES_PER_MEMBER - 1}) "  # noqa: S608  our own words
        f"INSERT INTO hours_creditentry ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
        f"FROM members_member m CROSS JOIN n WHERE m.id BETWEEN {lowest} AND {highest}"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # foreign keys hold by construction
        cursor.execute(sql)


def cost_of_credits(ids: list[int]) -> float:
    """Return the processor time in milliseconds that crediting one lesson costs."""
    members = list(Member.objects.filter(pk__in=ids[:CREDITS]))
    costs = []
    for _ in range(5):
        start = time.process_time()
        for member in members:
            credit(
                member,
                lecture_key=uuid4(),
                title="一堂课",
                minutes=45,
                delivery_kind="online",
                earned_on=date(YEAR, 6, 1),
                basis={},
            )
        costs.append((time.process_time() - start) * 1000 / len(members))
    return statistics.median(costs)


def group_by(root: "Organization") -> tuple[int, int]:
    """Add the figures of the page up from the ledger, as a page without kept sums would.

    Those are the categories, months, subjects, delivery kinds and organizations right below. Returns
    person-times and heads.
    """
    entries = (
        "hours_creditentry e JOIN members_member m ON m.id = e.member_id "
        "JOIN members_organization o ON o.id = m.organization_id"
    )
    below = f"o.path LIKE '{root.path}%%' AND e.year = {YEAR}"
    sums = "sum(CASE WHEN e.hours > 0 THEN 1 ELSE -1 END), count(DISTINCT e.member_id), sum(e.hours)"
    by = [
        "e.delivery_kind",
        "e.subject_id",
        "EXTRACT(MONTH FROM e.earned_on)"
        if connection.vendor == "postgresql"
        else "strftime('%%m', e.earned_on)",
        f"substr(o.path, 1, {len(root.path) + Organization.steplen})",
    ]
    with connection.cursor() as cursor:
        for column in by:
            cursor.execute(f"SELECT {column}, {sums} FROM {entries} WHERE {below} GROUP BY 1", [])  # noqa: S608
            cursor.fetchall()
        cursor.execute(
            f"SELECT t.tag_id, {sums} FROM {entries} JOIN members_membercategorytag t "  # noqa: S608
            f"ON t.content_object_id = m.id WHERE {below} GROUP BY 1",
            [],
        )
        cursor.fetchall()
        cursor.execute(f"SELECT {sums} FROM {entries} WHERE {below}", [])  # noqa: S608
        times, heads, _hours = cursor.fetchone()
    return int(times), int(heads)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
