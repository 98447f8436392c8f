"""Suggestions while a reader types: words, options of facets (categories, subjects), and pages."""

from collections import Counter
from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.query import PageQuerySet

from foundation import chinese_text
from foundation.pinyin import letters_of, match_letters
from search.models import Spelling
from search.text.name_starts import starts_of

from .facets import Option, suggested_options
from .highlighting import Highlighter
from .name_spellings import beginning
from .page_types import searchable_pages
from .pinyin import MOST_SPELLINGS, match_pinyin
from .searching import fetch_pages, keys_of

MOST_WORDS = 3
MOST_OPTIONS = 2
MOST_PAGES = 5


@dataclass(frozen=True)
class Suggestion:
    """A line of the list. `label` has what was typed marked; `note` says what the line leads to."""

    label: SafeString
    note: str
    address: str
    icon: str


def suggest(query: str) -> list[Suggestion]:
    """Return the suggestions for the beginning of a query; anybody may find all of them."""
    if not query:
        return []
    searchable = searchable_pages()
    matches = match_pinyin(query, searchable)
    words = matches.readings or _words_from(query, searchable)
    keys = dict.fromkeys(matches.keys[:MOST_PAGES])
    keys |= dict.fromkeys(keys_of(searchable.autocomplete(query)[:MOST_PAGES]))
    marks = Highlighter(" ".join([query, *matches.marked]))
    found = [
        Suggestion(marks.whole(word).html, _("search for this word"), f"?{urlencode({'q': word})}", "search")
        for word in words[:MOST_WORDS]
    ]
    found += [
        Suggestion(
            marks.whole(option.label).html,
            _("look around"),
            f"?{urlencode({parameter: option.code})}",
            "list-filter",
        )
        for parameter, option in _options_named(query)[:MOST_OPTIONS]
    ]
    for page in fetch_pages(list(keys)[:MOST_PAGES], searchable):
        title, kind = marks.whole(page.title).html, str(page._meta.verbose_name)
        found.append(Suggestion(title, kind, page.url or "", "book-open-text"))
    return found


def _words_from(query: str, searchable: PageQuerySet) -> list[str]:
    """Return the words of open pages' names that begin like a Chinese query, most frequent first."""
    typed = chinese_text.normalise(query)
    if not chinese_text.is_han(typed) or " " in typed:
        return []
    rows = Spelling.objects.filter(beginning("text", typed), page__in=searchable)
    words = Counter(rows.values_list("word", flat=True)[:MOST_SPELLINGS])
    return [word for word, _times in words.most_common() if word.startswith(typed) and word != typed]


def _options_named(query: str) -> list[tuple[str, Option]]:
    """Return the options that a query begins to name, each with the parameter of its facet."""
    letters, typed = letters_of(query), chinese_text.normalise(query)
    return [
        (facet.parameter, option)
        for facet, option in suggested_options()
        if typed in chinese_text.normalise(option.label)
        or (letters and any(match_letters(start.syllables, letters) for start in starts_of(option.label)))
    ]
