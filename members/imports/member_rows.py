"""A row of a list of members: what it would create or change, and how that is entered.

Members are known by their number; where a list has none, by the phone, or by name and organization. An empty
cell changes nothing. What a list does can be done in the form of a member as well, by the same people:
administrators, in their own part of the tree.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from members.changes.log import log_changes
from members.changes.transfer import Move, move_all
from members.models import ListImport, Member, MemberCategory, MemberCategoryTag, Organization, Role
from members.roles.permissions import members_kept_by, organizations_of
from members.signals import members_changed

from .cell_values import CellRefusedError, day, mobile_number, parts, person_name, tidy_text, whole_number
from .columns import MEMBER_COLUMNS
from .rows import Judgement, Outcome, Units

_GIVEN = "N"
_CHANGED = ["name", "phone", "born_on", "host_organization"]
_WRITTEN = [*_CHANGED, "organization"]
BETWEEN_NAMES = "、"


class MemberRows:
    """See `list_rows.ListKind`."""

    columns = MEMBER_COLUMNS
    any_of = ("number", "name")

    def __init__(self, viewer: Member) -> None:
        self.viewer = viewer
        self.own = Units(organizations_of(viewer, Role.Kind.ADMINISTRATOR).defer("numchild"))
        self.all = Units(Organization.objects.all())
        self.categories: dict[str, MemberCategory] = {}
        for category in MemberCategory.objects.all():
            for name in (category.slug, category.name, category.name.removesuffix("党员")):
                self.categories.setdefault(name.lower(), category)

    def judge(self, rows: Iterable[dict[str, str]]) -> list[Judgement]:
        """Return what each row would do. A constant number of queries for all of them."""
        judged = [Judgement(cells) for cells in rows]
        for one in judged:
            self._read_cells(one)
        self._compare(judged)
        for one in judged:
            one.decide()
        return judged

    def _read_cells(self, one: Judgement) -> None:
        readers: tuple[tuple[str, Callable[[str], Any]], ...] = (
            ("number", self._number),
            ("name", self._name),
            ("phone", mobile_number),
            ("organization", lambda text: self._unit(self.own, text)),
            ("host_organization", lambda text: self._unit(self.all, text)),
            ("categories", self._categories),
            ("born_on", day),
        )
        for field, read in readers:
            cell = one.cells.get(field, "")
            if not tidy_text(cell):
                continue
            try:
                one.values[field] = read(cell)
            except CellRefusedError as refusal:
                one.reasons.append(str(refusal))
        one.key = one.values.get("number", "")
        one.phone = one.values.get("phone", "")

    def _number(self, cell: str) -> str:
        number = whole_number(cell)
        try:
            return str(Member._meta.get_field("number").clean(number, None))
        except ValidationError as fault:
            raise CellRefusedError(
                _("%(text)s is no member number: %(reason)s")
                % {"text": tidy_text(cell), "reason": " ".join(fault.messages)}
            ) from fault

    def _name(self, cell: str) -> str:
        name = person_name(cell)
        longest = Member._meta.get_field("name").max_length or 0
        if len(name) > longest:
            raise CellRefusedError(_("The name is longer than %(n)d characters.") % {"n": longest})
        return name

    def _unit(self, units: Units, cell: str) -> Organization:
        text = tidy_text(cell)
        found = units.find(text) or units.find(text.replace(" ", ""))
        if len(found) == 1:
            return found[0]
        if found:
            raise CellRefusedError(
                _("Several organizations are called %(text)s. Write the code instead.") % {"text": text}
            )
        raise CellRefusedError(
            _("No organization that you look after is called %(text)s or has this code.") % {"text": text}
            if units is self.own
            else _("No organization is called %(text)s or has this code.") % {"text": text}
        )

    def _categories(self, cell: str) -> list[MemberCategory]:
        found = {}
        for part in parts(cell):
            category = self.categories.get(part.lower())
            if category is None:
                raise CellRefusedError(_("There is no member category %(text)s.") % {"text": part})
            found[category.pk] = category
        return sorted(found.values(), key=lambda category: (category.sort_order, category.name))

    def _compare(self, judged: list[Judgement]) -> None:
        """Set the rows beside the members that they are about."""
        known = self._known(judged)
        # Numbers and phones together: one signs in by either, so nobody's number may be another's phone.
        names = {name for one in judged for name in (one.key, one.phone) if name}
        taken = dict(Member.objects.filter(number__in=names).values_list("number", "pk"))
        owners = dict(Member.objects.filter(phone__in=names).values_list("phone", "pk"))
        for one in judged:
            found = known.get(_by_number(one.key), []) if one.key else known.get(_by_phone(one.phone), [])
            if not one.key:
                found = [m for m in found if m.name == one.values.get("name")]
                found = found or known.get(_by_place(one.values), [])
            if len(found) > 1:
                one.reasons.append(
                    _("Several members of this organization have this name. Add the member number.")
                )
            one.known = found[0] if len(found) == 1 else None
            if one.key in taken and one.known is None:
                one.reasons.append(
                    _("Somebody whose account you do not look after has the number %(number)s.")
                    % {"number": one.key}
                )
            if one.phone in owners and owners[one.phone] != (one.known and one.known.pk):
                one.reasons.append(_("Somebody else has the phone %(phone)s.") % {"phone": one.phone})
            elif one.known is None and one.key in owners:
                one.reasons.append(_("Somebody else has the phone %(phone)s.") % {"phone": one.key})
            elif one.phone in taken and taken[one.phone] != (one.known and one.known.pk):
                one.reasons.append(_("%(phone)s is somebody else's member number.") % {"phone": one.phone})
            if one.known is None and not one.reasons:
                one.reasons += [
                    _("A new member needs this as well: %(column)s.") % {"column": column.label}
                    for column in self.columns
                    if column.field in ("name", "organization") and column.field not in one.values
                ]
            one.key = one.known.number if one.known else one.key or "@".join(map(str, _by_place(one.values)))
            one.changes = self._changes(one)

    def _known(self, judged: list[Judgement]) -> dict[tuple[Any, ...], list[Member]]:
        """Return the members that the rows may be about, by number, phone, and name and organization."""
        nameless = [one for one in judged if not one.key]
        wanted = Q(number__in={one.key for one in judged if one.key})
        wanted |= Q(phone__in={one.phone for one in nameless if one.phone})
        wanted |= Q(
            name__in={one.values["name"] for one in nameless if "name" in one.values},
            organization__in={
                one.values["organization"].pk for one in nameless if "organization" in one.values
            },
        )
        found: dict[tuple[Any, ...], list[Member]] = {}
        members = (
            members_kept_by(self.viewer)
            .filter(wanted)
            .select_related("organization", "host_organization")
            .prefetch_related("category_tags__tag")
        )
        for member in members:
            for key in (
                _by_number(member.number),
                _by_phone(member.phone),
                _by_place({"name": member.name, "organization": member.organization}),
            ):
                if key:
                    found.setdefault(key, []).append(member)
        return found

    def _changes(self, one: Judgement) -> list[list[str]]:
        changes = []
        for column in self.columns:
            if column.field not in one.values or (column.field == "number" and one.known):
                continue
            before = _value_of(one.known, column.field) if one.known else None
            after = one.values[column.field]
            words = [shown(before), shown(after)]
            if isinstance(before, Organization) and before != after and words[0] == words[1]:
                words = [before.code, after.code]  # every village has a first branch
            if words[0] != words[1]:
                changes.append([str(column.label), *words])
                one.logged.append([column.field, coded(before), coded(after)])
        return changes

    def write(self, judged: list[Judgement], source: ListImport) -> None:
        """Enter the rows; nobody gets a password: the first comes with a code from the branch."""
        new = [one for one in judged if one.outcome == Outcome.CREATE]
        self._give_numbers([one for one in new if "number" not in one.values])
        created = [self._new(one) for one in new]
        Member.objects.bulk_create(created)
        changed = [one for one in judged if one.outcome == Outcome.CHANGE]
        moves = []
        for one in changed:
            to = one.values.get("organization", one.known.organization)
            if to != one.known.organization:
                moves.append(Move(one.known, to))
            for field in _CHANGED:
                if field in one.values:
                    setattr(one.known, field, one.values[field])
        Member.objects.bulk_update([one.known for one in changed], _CHANGED)
        move_all(moves, by=self.viewer, source=source.file_name)
        for one, member in zip(new, created, strict=True):
            one.known = member
        entered = [one for one in judged if one.outcome in (Outcome.CREATE, Outcome.CHANGE)]
        tagged = [one for one in entered if "categories" in one.values]
        MemberCategoryTag.objects.filter(content_object__in=[one.known for one in tagged]).delete()
        MemberCategoryTag.objects.bulk_create(
            MemberCategoryTag(content_object=one.known, tag=category)
            for one in tagged
            for category in one.values["categories"]
        )
        log_changes(
            [(one.known, one.outcome == Outcome.CREATE, one.logged) for one in entered],
            by=self.viewer,
            source=source.file_name,
        )
        if entered:
            members_changed.send(sender=Member, ids=[one.known.pk for one in entered])

    def _give_numbers(self, nameless: list[Judgement]) -> None:
        """Give a member number to each of those who came without; it begins with a letter, unlike phones."""
        if not nameless:
            return
        given = Member.objects.filter(number__regex=rf"^{_GIVEN}\d{{7}}$")
        last = given.order_by("-number").values_list("number", flat=True).first()
        for place, one in enumerate(nameless, start=int(last[len(_GIVEN) :]) + 1 if last else 1):
            one.values["number"] = f"{_GIVEN}{place:07d}"

    def _new(self, one: Judgement) -> Member:
        member = Member(
            number=one.values["number"],
            **{field: one.values[field] for field in _WRITTEN if field in one.values},
        )
        member.set_unusable_password()
        return member


def _by_number(number: str) -> tuple[Any, ...]:
    return ("number", number)


def _by_phone(phone: str | None) -> tuple[Any, ...]:
    return ("phone", phone)


def _by_place(values: dict[str, Any]) -> tuple[Any, ...]:
    """Return name and organization, or nothing if one of them is missing: nobody is found by that."""
    unit = values.get("organization")
    name = values.get("name")
    return (name, unit.code) if name and unit else ()


def _value_of(member: Member, field: str) -> Any:
    if field == "categories":
        return sorted(
            (tag.tag for tag in member.category_tags.all()),
            key=lambda category: (category.sort_order, category.name),
        )
    return getattr(member, field)


def coded(value: Any) -> Any:
    """Return a value as the log keeps it, in no language: codes of organizations and of categories."""
    if isinstance(value, list):
        return [category.slug for category in value]
    if isinstance(value, Organization):
        return value.code
    return "" if value is None else str(value)


def shown(value: Any) -> str:
    """Return a value as the preview writes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return BETWEEN_NAMES.join(str(item) for item in value)
    return str(value)
