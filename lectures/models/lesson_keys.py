"""Which lesson a page of a lecture is: the key by which it is credited, once a year.

A lesson may stand on several pages: as an alias, as a translation, or as a copy that shows the same film.
They hold one `lesson_key`, that of the earliest, so that nobody is credited twice. The key is settled when a
page is made and when its film changes (without a film: its title), never otherwise:

* an alias has the key of its source, and the translations of a page share that of the earliest;
* a page with the film of another page has the key of the earliest page with that film;
* else a page whose key an earlier page holds was a copy and differs now: its own `translation_key` becomes
  its key;
* else the key stays: a lecture whose film was improved is the same lesson.

A page begins with its `translation_key`, so that an editor who deletes a page and adds it again with that key
loses nobody's hours. What a draft says of the key is not asked: the page as it is stored decides.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

if TYPE_CHECKING:
    from .pages import Lecture


def key_for(page: "Lecture") -> UUID:
    """Return the key that `page` shall be saved with. One query where film and title stay, five at most."""
    pages = type(page).objects.order_by("pk").exclude(pk=page.pk)
    earlier = pages.filter(pk__lt=page.pk) if page.pk else pages
    stored = type(page).objects.filter(pk=page.pk).first() if page.pk else None
    if stored is not None and not _is_another(stored, page):
        return stored.lesson_key
    if page.alias_of_id and (source := pages.filter(pk=page.alias_of_id).first()):
        return source.lesson_key
    if translation := earlier.filter(translation_key=page.translation_key).first():
        return translation.lesson_key
    if page.video_id and (same := pages.filter(video=page.video_id).first()):
        return same.lesson_key
    # A copy brings the key of its model along, a new page none.
    key = stored.lesson_key if stored else page.lesson_key or page.translation_key
    holder = earlier.filter(lesson_key=key).first()
    return page.translation_key if holder and _is_another(holder, page) else key


def pass_on(page: "Lecture") -> None:
    """Give the aliases and the translations of `page`, and theirs, its key."""
    same = Q(alias_of=page.pk) | Q(translation_key=page.translation_key)
    for relative in type(page).objects.exclude(pk=page.pk).filter(same).exclude(lesson_key=page.lesson_key):
        type(page).objects.filter(pk=relative.pk).update(lesson_key=page.lesson_key)
        relative.lesson_key = page.lesson_key
        pass_on(relative)


def _is_another(one: "Lecture", other: "Lecture") -> bool:
    """Return whether the two pages show different films, or without films have different titles."""
    if one.video_id or other.video_id:
        return one.video_id != other.video_id
    return one.title != other.title
