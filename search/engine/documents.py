"""Makes the index document of an object from the search fields that its model declares."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.encoding import force_str
from modelsearch.index import AutocompleteField, BaseField, RelatedFields, SearchField

from foundation import chinese_text
from search.text import segmentation

from . import bigrams

# A text of more characters than this is cut: one pasted book must not outweigh the whole index.
LONGEST_TEXT = 400_000
# Autocompletion compares at most so many letters of a Latin word.
LONGEST_PREFIX = 24


def document_of(instance: Any) -> dict[str, Any]:
    """Return the fields of `search.engine.schema` for `instance`."""
    searched: list[tuple[str, str, float]] = []
    completed: list[tuple[str, str]] = []
    for field, name, text in _texts(instance, instance.get_search_fields()):
        if isinstance(field, AutocompleteField):
            completed.append((name, text))
        else:
            searched.append((name, text, 1.0 if field.boost is None else float(field.boost)))
    return document(str(instance.pk), searched, completed)


def document(
    key: str,
    searched: Iterable[tuple[str, str, float]],
    completed: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return the fields of `search.engine.schema` for texts that are normalised already.

    `searched`: name, text and boost of what is searched; `completed`: name and text of what completes a word.
    """
    counts: Counter[str] = Counter()
    weights: defaultdict[str, float] = defaultdict(float)
    texts: defaultdict[str, str] = defaultdict(str)
    suggest: set[str] = set()
    for name, text, boost in searched:
        found = Counter(segmentation.words(text))
        counts.update(found)
        for word, count in found.items():
            weights[word] += count * boost
        texts[name] += f"{text}\n"
    codes = bigrams.codes_of("".join(texts.values()))
    for name, text in completed:
        suggest.update(suggestions(text))
        texts[f"autocomplete {name}"] += f"{text}\n"
    return {
        "key": key,
        "words": [(word, count, weights[word]) for word, count in counts.items()],
        "bigrams": codes,
        "suggest": suggest,
        "texts": dict(texts),
    }


def suggestions(normalised: str) -> set[str]:
    """Return what autocompletion compares: beginnings of Latin words, Chinese characters and bigrams."""
    found = segmentation.characters_and_bigrams(normalised)
    for run in chinese_text.runs(normalised):
        if not chinese_text.is_han(run):
            found.update(run[:end] for end in range(1, min(len(run), LONGEST_PREFIX) + 1))
    return found


def _texts(
    instance: Any, fields: list[BaseField | RelatedFields], inside: str = ""
) -> Iterator[tuple[Any, str, str]]:
    """Yield (field, name, normalised text), following relations; `name` has the path to a related text."""
    for field in fields:
        if isinstance(field, RelatedFields):
            for related in _related(field, instance):
                yield from _texts(related, field.fields, f"{inside}{field.field_name}__")
        elif isinstance(field, SearchField | AutocompleteField):
            text = chinese_text.normalise(_as_text(field.get_value(instance))[:LONGEST_TEXT])
            if text:
                yield field, f"{inside}{field.field_name}", text


def _related(field: RelatedFields, instance: Any) -> list[Any]:
    value = field.get_value(instance)
    if value is None:
        return []
    return list(value.all()) if hasattr(value, "all") else [value]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set):
        return "\n".join(_as_text(part) for part in value)
    return force_str(value)
