"""Every address that the site answers, walked from the URL resolver, and what to put into its arguments."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.own_apps import OWN_APPS

_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
# By a converter's name: what it takes and nothing has.
_NOTHING = {"int": 1, "uuid": uuid.UUID(int=1), "slug": "x", "str": "1", "list_kind": "members"}


@dataclass(frozen=True)
class Address:
    """One pattern. `ours`: its view or its model is of an app of ours, or it is no address of the admin."""

    route: str
    name: str
    ours: bool

    @property
    def key(self) -> str:
        """What names the address in the table of expectations."""
        return self.route or "/"

    @property
    def arguments(self) -> set[str]:
        """The names of what must be filled in."""
        return {found[2] for found in _ARGUMENT.finditer(self.route)}

    def path(self, arguments: dict[str, Any]) -> str:
        """Return the path with `arguments` by name; of what they do not name there is none."""
        return "/" + _ARGUMENT.sub(
            lambda found: str(arguments.get(found[2], _NOTHING.get(found[1] or "str", "1"))), self.route
        )


def addresses() -> list[Address]:
    """Return all addresses in the order in which the resolver tries them."""
    seen: dict[str, Address] = {}
    for address in _walk(get_resolver(), ""):
        seen.setdefault(address.route, address)
    return list(seen.values())


def _walk(resolver: URLResolver, before: str, names: tuple[str, ...] = ()) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = before + _route(entry)
        if isinstance(entry, URLResolver):
            below = (*names, entry.namespace) if entry.namespace else names
            yield from _walk(entry, route, below)
        else:
            yield Address(route, ":".join([*names, entry.name or ""]), _is_ours(entry, route))


def _route(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    if isinstance(entry.pattern, RoutePattern):
        return text
    # A regular expression: its first match that a reader would type.
    text = text.removeprefix("^").removesuffix("$")
    return {"((?:[\\w\\-]+/)*)": "", "(\\d+)/(.*)": "<int:document_id>/<str:file>"}.get(text, text)


def _is_ours(entry: URLPattern, route: str) -> bool:
    view = getattr(entry.callback, "view_class", None) or entry.callback
    model = getattr(entry.callback, "view_initkwargs", {}).get("model") or getattr(view, "model", None)
    modules = (getattr(view, "__module__", ""), getattr(model, "__module__", "") if model else "")
    return not route.startswith("admin/") or any(name.split(".")[0] in OWN_APPS for name in modules)
