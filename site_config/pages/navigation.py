"""The navigation that stands on every page."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Page, Site

from courses.models import CourseIndex, MenuIndex
from exemplars.models import ExemplarIndex


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation. `short_name` fits five times into the width of a phone."""

    url: str
    name: str
    short_name: str
    icon: str
    current: str = ""


def navigation(request: HttpRequest) -> list[NavigationItem]:
    """Return the navigation for whoever sends `request`, in order; one query."""
    indexes = _index_addresses(request)
    places = [
        ("/", _("Home"), pgettext("tab", "Home"), "house"),
        (indexes.get(MenuIndex), _("Learning menus"), pgettext("tab", "Menus"), "utensils"),
        (indexes.get(CourseIndex), _("Courses"), pgettext("tab", "Courses"), "book-open"),
        (indexes.get(ExemplarIndex), _("Exemplars"), pgettext("tab", "Models"), "medal"),
    ]
    if request.user.is_authenticated:
        places.append((reverse("my_learning"), _("My learning"), pgettext("tab", "Mine"), "notebook"))
    else:
        places.append((reverse("members:sign_in"), _("Sign in"), pgettext("tab", "Sign in"), "log-in"))
    return [
        NavigationItem(url, name, short_name, icon, _current(request.path, url))
        for url, name, short_name, icon in places
        if url
    ]


def _index_addresses(request: HttpRequest) -> dict[type[Model], str]:
    """Return where each library begins, whatever an editor called it."""
    root = Site.find_for_request(request).root_page
    types = ContentType.objects.get_for_models(MenuIndex, CourseIndex, ExemplarIndex)
    of_id = {content_type.pk: model for model, content_type in types.items()}
    pages = Page.objects.child_of(root).live().filter(content_type__in=of_id)
    return {of_id[page.content_type_id]: page.get_url(request) for page in pages}


def _current(path: str, url: str) -> str:
    """Return the `aria-current` of `url` on the page at `path`."""
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""
