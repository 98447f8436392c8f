"""What a player carries in place of a session look-up: signed, so that only this site can have made it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core import signing

# A phone may come back from weeks without a network and still report what it watched.
TOKEN_DAYS = 40
_PLAY_SALT = "lectures.watching.play"
_PAGE_SALT = "lectures.watching.page"


@dataclass(frozen=True)
class PageToken:
    """Who was given the page of which lesson with which film, and when: a player begins a session with it."""

    member_id: int
    lecture_key: UUID
    version: str
    given_at: datetime

    def sign(self) -> str:
        """Return the token as text."""
        return signing.dumps(
            [self.member_id, self.lecture_key.hex, self.version, self.given_at.timestamp()], salt=_PAGE_SALT
        )

    @classmethod
    def read(cls, text: Any) -> "PageToken":
        """Return the token in `text`; raise `signing.BadSignature` for a forged or outdated one."""
        member_id, key, version, given_at = _load(text, _PAGE_SALT)
        return cls(member_id, UUID(key), version, datetime.fromtimestamp(given_at, UTC))


@dataclass(frozen=True)
class PlayToken:
    """Who reports on which watch session."""

    session_id: UUID
    member_id: int

    def sign(self) -> str:
        """Return the token as text."""
        return signing.dumps([self.session_id.hex, self.member_id], salt=_PLAY_SALT)

    @classmethod
    def read(cls, text: Any) -> "PlayToken":
        """Return the token in `text`; raise `signing.BadSignature` for a forged or outdated one."""
        session_id, member_id = _load(text, _PLAY_SALT)
        return cls(UUID(session_id), member_id)


def _load(text: Any, salt: str) -> Any:
    if not isinstance(text, str):
        raise signing.BadSignature
    return signing.loads(text, salt=salt, max_age=TOKEN_DAYS * 86_400)
