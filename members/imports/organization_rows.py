"""A row of a list of organizations: what it would create, rename or move, and how that is entered.

An organization is known by its code. What it belongs to may stand in the same list, above or below it.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.changes.log import log_changes
from members.models import ListImport, Member, Organization, Role
from members.roles.permissions import organizations_of

from .cell_values import tidy_text, whole_number
from .columns import ORGANIZATION_COLUMNS
from .rows import Judgement, Outcome, Units

Level = Organization.Level
LEVELS = {
    "区委": Level.DISTRICT, "区": Level.DISTRICT, "县委": Level.DISTRICT, "区级": Level.DISTRICT,
    "党工委": Level.COMMITTEE, "党委": Level.COMMITTEE, "党总支": Level.COMMITTEE, "总支": Level.COMMITTEE,
    "基层党委": Level.COMMITTEE, "党支部": Level.BRANCH, "支部": Level.BRANCH,
}  # fmt: skip


class OrganizationRows:
    """See `list_rows.ListKind`."""

    columns = ORGANIZATION_COLUMNS
    any_of = ("code",)

    def __init__(self, viewer: Member) -> None:
        self.viewer = viewer
        own = organizations_of(viewer, Role.Kind.ADMINISTRATOR).order_by("path")
        self.own = Units(own)
        self.paths = {unit.path: unit for unit in self.own.by_code.values()}
        self.codes = {code.lower() for code in Organization.objects.values_list("code", flat=True).iterator()}

    def judge(self, rows: Iterable[dict[str, str]]) -> list[Judgement]:
        """Return what each row would do; rows may name each other as what they belong to."""
        judged = [Judgement(cells) for cells in rows]
        for one in judged:
            self._read_cells(one)
        here: dict[str, list[Judgement]] = {}
        for one in judged:
            if one.key:
                here.setdefault(one.key.lower(), []).append(one)
            if name := one.values.get("name"):
                here.setdefault(name, []).append(one)
        for one in judged:
            self._find_parent(one, here)
        known = {one.known.pk: one for one in judged if one.known}
        for one in judged:
            self._place(one, known)
        for one in judged:
            one.decide()
        # Below what is refused nothing can be created; ranks rise from above, so one pass does.
        for one in sorted(judged, key=lambda one: one.rank):
            above = one.values.get("parent")
            if isinstance(above, Judgement) and above.outcome == Outcome.REFUSED and above.known is None:
                one.reasons.append(
                    _("It belongs to %(name)s, whose row is refused.")
                    % {"name": above.values.get("name", "")}
                )
                one.decide()
        return judged

    def _read_cells(self, one: Judgement) -> None:
        code = whole_number_or_code(one.cells.get("code", ""))
        if not code:
            one.reasons.append(_("There is no code."))
            return
        try:
            one.key = str(Organization._meta.get_field("code").clean(code, None))
        except ValidationError as fault:
            one.reasons.append(" ".join(fault.messages))
            return
        one.known = self.own.by_code.get(code.lower())
        if one.known is None and code.lower() in self.codes:
            one.reasons.append(
                _("An organization that you do not look after has the code %(code)s.") % {"code": code}
            )
        if name := tidy_text(one.cells.get("name", "")):
            one.values["name"] = name
            longest = Organization._meta.get_field("name").max_length or 0
            if len(name) > longest:
                one.reasons.append(_("The name is longer than %(n)d characters.") % {"n": longest})
        elif one.known is None:
            one.reasons.append(_("A new organization needs a name."))
        if level := tidy_text(one.cells.get("level", "")):
            kind = LEVELS.get(level) or next(
                (value for value, label in Level.choices if level.lower() in (value, str(label))), None
            )
            if kind is None:
                one.reasons.append(_("There is no level %(text)s.") % {"text": level})
            one.values["level"] = kind
        elif one.known is None:
            one.values["level"] = Level.BRANCH

    def _find_parent(self, one: Judgement, here: dict[str, list[Judgement]]) -> None:
        text = tidy_text(one.cells.get("parent", ""))
        if not text:
            if one.known is None:
                one.reasons.append(_("Please say which organization this one belongs to."))
            return
        stored = self.own.find(text)
        in_list = [row for row in here.get(text.lower(), []) + here.get(text, []) if row is not one]
        fresh = {id(row): row for row in in_list if row.known is None}
        known = {unit.pk: unit for unit in stored}
        if len(fresh) + len(known) == 1:
            one.values["parent"] = next(iter([*known.values(), *fresh.values()]))
        elif fresh or known:
            one.reasons.append(
                _("Several organizations are called %(text)s. Write the code instead.") % {"text": text}
            )
        else:
            one.reasons.append(
                _("No organization that you look after is called %(text)s or has this code.") % {"text": text}
            )

    def _place(self, one: Judgement, known: dict[int, Judgement]) -> None:
        """Refuse what would be no tree; set rank and changes. `known` are the rows of stored units."""
        parent = one.values.get("parent")
        now_below = one.known and isinstance(parent, Organization) and one.known.contains(parent)
        if now_below or self._ends_below_itself(one, known):
            one.reasons.append(_("An organization cannot belong to itself or to one below it."))
        one.rank = _rank_of(one)
        self._refuse_level(one, known)
        before = self._above(one.known) if one.known else None
        if one.known and before is None and parent is not None:
            one.reasons.append(_("The top of your own part of the tree is moved by whoever stands above it."))
        old = {
            "name": one.known.name if one.known else "",
            "level": one.known.get_level_display() if one.known else "",
            "parent": before.name if before else "",
        }
        new = {
            "name": one.values.get("name", ""),
            "level": str(Level(one.values["level"]).label) if one.values.get("level") else "",
            "parent": _name_of(parent),
        }
        one.changes = [
            [str(column.label), old[column.field], new[column.field]]
            for column in self.columns
            if new.get(column.field) and old[column.field] != new[column.field]
        ]
        stored = {
            "name": old["name"],
            "level": one.known.level if one.known else "",
            "parent": before.code if before else "",
        }
        wanted = {
            "name": new["name"],
            "level": one.values.get("level") or "",
            "parent": parent.key if isinstance(parent, Judgement) else getattr(parent, "code", ""),
        }
        one.logged = [
            [column.field, stored[column.field], wanted[column.field]]
            for column in self.columns
            if wanted.get(column.field) and stored[column.field] != wanted[column.field]
        ]
        # Two units may share a name; moving between them is a change all the same.
        if (
            before
            and isinstance(parent, Organization)
            and parent.pk != before.pk
            and old["parent"] == new["parent"]
        ):
            one.changes.append([str(_("belongs to")), before.code, parent.code])

    def _above(self, unit: Organization) -> Organization | None:
        """Return what a stored unit belongs to, within the viewer's own part of the tree."""
        return self.paths.get(unit.path[: -Organization.steplen])

    def _ends_below_itself(self, one: Judgement, known: dict[int, Judgement]) -> bool:
        """Return whether `one` would be above itself once the whole list is entered."""
        seen: set[int] = set()
        at: Judgement | Organization | None = one
        while at is not None:
            row = at
            if isinstance(at, Organization):
                if at.pk not in known:
                    at = self._above(at)
                    continue
                row = known[at.pk]
            if id(row) in seen:
                return row is one
            seen.add(id(row))
            at = row.values.get("parent") or (self._above(row.known) if row.known else None)
        return False

    def _refuse_level(self, one: Judgement, known: dict[int, Judgement]) -> None:
        """Refuse a level that does not fit the organizations above or below."""
        parent, level = one.values.get("parent"), one.values.get("level")
        changed = one.known is not None and level not in (None, one.known.level)
        belongs = parent is not None or (changed and not one.known.is_root())
        if belongs and (level or (one.known and one.known.level)) == Level.DISTRICT:
            one.reasons.append(_("A district belongs to no other organization."))
        if changed and parent is None and one.known.is_root():
            one.reasons.append(_("Only a district stands above all others."))
        below_branch = parent is not None and _level_of(parent, known) == Level.BRANCH
        if below_branch or (changed and level == Level.BRANCH and not one.known.is_leaf()):
            one.reasons.append(_("A branch has no organizations below it."))

    def write(self, judged: list[Judgement], source: ListImport) -> None:
        """Create, rename and move through the tree's own operations, from above."""
        entered = []
        for one in sorted(judged, key=lambda one: one.rank):
            if one.outcome not in (Outcome.CREATE, Outcome.CHANGE):
                continue
            new = one.known is None
            self._write_one(one)
            entered.append((one.known, new, one.logged))
        log_changes(entered, by=self.viewer, source=source.file_name)

    def _write_one(self, one: Judgement) -> None:
        parent = one.values.get("parent")
        above = parent.known if isinstance(parent, Judgement) else parent
        # Read anew: each insertion may shift the paths of those beside it.
        above = Organization.objects.get(pk=above.pk) if above else None
        fields = {field: one.values[field] for field in ("name", "level") if one.values.get(field)}
        if one.known is None:
            if above is None:
                raise ValueError("a new organization without a place")
            one.known = above.add_child(code=one.key, **fields)
            return
        node = Organization.objects.get(pk=one.known.pk)
        for field, value in fields.items():
            setattr(node, field, value)
        node.save()
        if above and above.pk != getattr(node.get_parent(), "pk", None):
            node.move(above, pos="sorted-child")


def whole_number_or_code(cell: str) -> str:
    """Return a code as it is written: codes of digits alone come from spreadsheets as numbers."""
    text = tidy_text(cell)
    return whole_number(text) if text.replace(".", "").isdigit() else text


def _rank_of(one: Judgement) -> int:
    """Return how many rows of new units stand above, this one counted: those are entered first."""
    counted: set[int] = set()
    at: Judgement | Organization | None = one
    while isinstance(at, Judgement) and id(at) not in counted:
        counted.add(id(at))
        at = at.values.get("parent")
    return len(counted)


def _level_of(above: Judgement | Organization, known: dict[int, Judgement]) -> str | None:
    """Return the level of the organization above, once the whole list is entered."""
    row = known.get(above.pk) if isinstance(above, Organization) else above
    level = row.values.get("level") if row else None
    return level or (str(above.level) if isinstance(above, Organization) else None)


def _name_of(above: Judgement | Organization | None) -> str:
    if isinstance(above, Judgement):
        return str(above.values.get("name", ""))
    return above.name if above else ""
