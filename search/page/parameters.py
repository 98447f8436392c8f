"""The parameters of a search, as the address carries them."""

from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode


@dataclass(frozen=True)
class SearchParameters:
    """A whole search. `choices`: the codes that it is narrowed to, by the facet's parameter."""

    query: str
    choices: dict[str, Any]
    order: str = ""

    def address(self, **changed: Any) -> str:
        """Return the query string of this search with some choices changed (None takes one back)."""
        words = {"q": self.query} | self.choices | {"sort": self.order} | changed
        return f"?{urlencode({name: value for name, value in words.items() if value})}"
