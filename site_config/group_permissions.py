"""What each group of the editors' site may do: one table, which a migration grants and tests read.

A role makes its holder join a group (`members.roles.groups`). The content of the site belongs to the
district. Who edits for a committee or a branch writes pages of their own, which the district publishes, and
in the libraries adds and chooses but leaves alone what others put there; who administers one keeps its
people, units, stations and exemptions, and neither the content nor the rules that hold for all. Nobody may
add, change or delete entries of the ledger: hours enter through `hours.ledger`.

To let a group do something new: add it here, and a migration that calls `grant`.
"""

from dataclasses import dataclass, field
from typing import Any

Verbs = tuple[str, ...]

_KEEP: Verbs = ("add", "change", "view")
_ALL: Verbs = ("add", "change", "delete", "view")
_WORDS: Verbs = ("add", "change", "delete")
_LIBRARY: Verbs = ("add", "change", "choose")
_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


@dataclass(frozen=True)
class Grants:
    """What a group may do, by `app.model`: on its models, on all pages, in all collections."""

    models: dict[str, Verbs] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    collections: dict[str, Verbs] = field(default_factory=dict)


_LIBRARIES = {
    "wagtailimages.image": _LIBRARY,
    "wagtaildocs.document": _LIBRARY,
    "local_videos.localvideo": _LIBRARY,
}
_SEARCH_WORDS = {
    "search.dictionaryword": _WORDS,
    "search.synonyms": _WORDS,
    "wagtailsearchpromotions.searchpromotion": _WORDS,
}
_STATION_PLANS: dict[str, Verbs] = {
    "stations.station": ("view",),
    "stations.screeningplan": _ALL,
    "stations.stationdevice": ("view",),
}
_STATIONS: dict[str, Verbs] = {
    "stations.station": _ALL,
    "stations.screeningplan": _ALL,
    "stations.stationdevice": ("delete", "view"),
}
_PEOPLE: dict[str, Verbs] = {
    "members.member": _KEEP,
    "members.organization": _KEEP,
    "hours.creditentry": ("view",),
    "hours.exemption": _ALL,
}

GROUPS: dict[str, Grants] = {
    "Editors": Grants({**_SEARCH_WORDS, **_STATION_PLANS}, _PAGES, _LIBRARIES),
    "Moderators": Grants(
        {
            **_PEOPLE,
            **_SEARCH_WORDS,
            **_STATIONS,
            "members.membercategory": _KEEP,
            "hours.hourrequirement": _KEEP,
            "hours.creditrule": _KEEP,
            "hours.subject": _KEEP,
            "hours.reportgroup": _ALL,
        },
        _PAGES,
        _LIBRARIES,
    ),
    "Unit editors": Grants(_STATION_PLANS, ("add_page",), dict.fromkeys(_LIBRARIES, ("add", "choose"))),
    "Unit administrators": Grants({**_PEOPLE, **_STATIONS}),
    "Responsible": Grants({"members.member": ("view",), "hours.creditentry": ("view",)}),
}


def grant(apps: Any) -> None:
    """Give every group what the table says; takes nothing away. `apps` are a migration's or Django's own."""
    content_types = apps.get_model("contenttypes.ContentType").objects
    permissions = apps.get_model("auth.Permission").objects
    root = apps.get_model("wagtailcore.Page").objects.get(depth=1)
    collection = apps.get_model("wagtailcore.Collection").objects.get(depth=1)

    def permission(label: str, codename: str) -> Any:
        # Django writes its permissions only after all migrations have run.
        app, model = label.split(".")
        content_type, _ = content_types.get_or_create(app_label=app, model=model)
        name = f"Can {codename.replace('_', ' ')}"
        found, _ = permissions.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        return found

    for name, grants in GROUPS.items():
        group, _ = apps.get_model("auth.Group").objects.get_or_create(name=name)
        group.permissions.add(permission("wagtailadmin.admin", "access_admin"))
        for label, verbs in grants.models.items():
            model = label.split(".")[1]
            group.permissions.add(*(permission(label, f"{verb}_{model}") for verb in verbs))
        for codename in grants.pages:
            apps.get_model("wagtailcore.GroupPagePermission").objects.get_or_create(
                group=group, page=root, permission=permission("wagtailcore.page", codename)
            )
        for label, verbs in grants.collections.items():
            for verb in verbs:
                apps.get_model("wagtailcore.GroupCollectionPermission").objects.get_or_create(
                    group=group,
                    collection=collection,
                    permission=permission(label, f"{verb}_{label.split('.')[1]}"),
                )
