"""Limits on how often somebody may try something, counted in the cache that all processes share.

Each try takes a place of its own by `cache.add`, which one of several processes wins; so no try is lost when
two come at once, and each is forgotten when its time has passed. Names in the cache are hashes: what tells
who tried is kept nowhere.
"""

from dataclasses import dataclass

from django.core.cache import caches
from django.utils.crypto import salted_hmac

# The database by default, Redis by settings; every web process counts in the same one.
CACHE = "shared"


@dataclass(frozen=True)
class RateLimit:
    """At most `most` tries in `seconds`; `name` keeps the counts of different things apart."""

    name: str
    most: int
    seconds: int

    def is_reached(self, who: str) -> bool:
        """Return whether `who` (an id, an address) has used up all tries. One query."""
        return len(self._taken(who)) >= self.most

    def count(self, who: str) -> None:
        """Count one try of `who`. Beyond the limit nothing more is counted."""
        taken = self._taken(who)
        for key in self._keys(who):
            if key not in taken and caches[CACHE].add(key, 1, self.seconds):
                return

    def _taken(self, who: str) -> dict[str, int]:
        found: dict[str, int] = caches[CACHE].get_many(self._keys(who))
        return found

    def _keys(self, who: str) -> list[str]:
        hashed = salted_hmac("foundation.rate_limits", f"{self.name}:{who}").hexdigest()
        return [f"limit:{hashed}:{place}" for place in range(self.most)]
