"""Keeps `Spelling` in step with the names of published pages.

A page type that carries `search_kind` may list in `search_names` which fields hold names; otherwise the title
is the only one.
"""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Q
from wagtail.models import Page

from foundation.pinyin import LONGEST_LETTERS, initials_of
from search.models import Spelling
from search.text.name_starts import starts_of

from .page_types import searchable_types

_PAGES_AT_ONCE = 200


def respell(pages: list[Page]) -> None:
    """Write the spellings of `pages` anew; what is not published has none."""
    with transaction.atomic():
        Spelling.objects.filter(page__in=[page.pk for page in pages]).delete()
        Spelling.objects.bulk_create(spelling for page in pages if page.live for spelling in _spellings(page))


def respell_all() -> int:
    """Write the spellings of all pages anew, some at a time; return how many pages that were."""
    number = 0
    batch: list[Page] = []
    for model in searchable_types():
        for page in model._default_manager.live().iterator(chunk_size=_PAGES_AT_ONCE):
            batch.append(page)
            number += 1
            if len(batch) == _PAGES_AT_ONCE:
                respell(batch)
                batch = []
    respell(batch)
    return number


def beginning(field: str, value: str) -> Q:
    """Rows of which `field` begins with `value`, found by the field's index.

    SQLite uses an index for a range only; other databases compare letters by their language's order.
    """
    if connection.vendor != "sqlite":
        return Q(**{f"{field}__startswith": value})
    after = value[:-1] + chr(ord(value[-1]) + 1)
    return Q(**{f"{field}__gte": value, f"{field}__lt": after})


def _spellings(page: Page) -> Iterator[Spelling]:
    for field in getattr(page, "search_names", ("title",)):
        for start in starts_of(str(getattr(page, field) or "")):
            yield Spelling(
                page_id=page.pk,
                text=start.text[:255],
                pinyin="".join(start.syllables)[:255],
                initials=initials_of(start.syllables)[:LONGEST_LETTERS],
                syllables=" ".join(start.syllables)[:255],
                word=start.word[:64],
                word_pinyin="".join(start.word_syllables)[:255],
            )
