"""What the box offers while a reader types: words, categories and subjects, and pages to go to at once."""

from collections import Counter
from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation import chinese_text
from foundation.pinyin import heard, letters_of
from hours.models import Subject
from members.models import MemberCategory
from search.models import Spelling
from search.text.name_starts import starts_of

from .highlighting import Highlighter
from .name_spellings import beginning
from .page_types import pages
from .pinyin import MOST_SPELLINGS, hear
from .searching import fetch, keys_of

MOST_WORDS = 3
MOST_TAGS = 2
MOST_PAGES = 5


@dataclass(frozen=True)
class Suggestion:
    """A line of the list. `label` has what was typed marked; `note` says what the line leads to."""

    label: SafeString
    note: str
    address: str
    icon: str


def suggest(question: str) -> list[Suggestion]:
    """Return what to offer for the beginning of a question; all of it may be found by anybody."""
    if not question:
        return []
    offered = pages()
    meant = hear(question)
    words = meant.readings or _words_from(question)
    keys = dict.fromkeys(meant.keys[:MOST_PAGES])
    keys |= dict.fromkeys(keys_of(offered.autocomplete(question)[:MOST_PAGES]))
    marks = Highlighter(" ".join([question, *meant.marked]))
    found = [
        Suggestion(marks.whole(word).html, _("search for this word"), f"?{urlencode({'q': word})}", "search")
        for word in words[:MOST_WORDS]
    ]
    found += [
        Suggestion(marks.whole(name).html, _("look around"), f"?{urlencode({facet: code})}", "list-filter")
        for name, facet, code in _tags(question)[:MOST_TAGS]
    ]
    for page in fetch(list(keys)[:MOST_PAGES], offered):
        title, kind = marks.whole(page.title).html, str(page._meta.verbose_name)
        found.append(Suggestion(title, kind, page.url or "", "book-open-text"))
    return found


def _words_from(question: str) -> list[str]:
    """Return the words of open pages' names that begin like a Chinese question, most frequent first."""
    typed = chinese_text.normalise(question)
    if not chinese_text.is_han(typed) or " " in typed:
        return []
    rows = Spelling.objects.filter(beginning("text", typed), page__in=pages())
    words = Counter(rows.values_list("word", flat=True)[:MOST_SPELLINGS])
    return [word for word, _times in words.most_common() if word.startswith(typed) and word != typed]


def _tags(question: str) -> list[tuple[str, str, str]]:
    """Return name, facet and code of the categories and subjects that a question begins to name."""
    tags = [(one.name, "category", one.slug) for one in MemberCategory.objects.all()]
    tags += [(one.name, "subject", one.code) for one in Subject.objects.all()]
    letters, typed = letters_of(question), chinese_text.normalise(question)
    return [
        tag
        for tag in tags
        if typed in chinese_text.normalise(tag[0])
        or (letters and any(heard(start.syllables, letters) for start in starts_of(tag[0])))
    ]
