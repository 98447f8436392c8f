"""The kinds of notices there are. Each app names its own by the hook `notice_kinds`."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from wagtail import hooks


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice. `code` is what is stored; who may switch a kind off, may unless `always`."""

    code: str
    label: str
    always: bool = False


def notice_kinds() -> dict[str, NoticeKind]:
    """Return all kinds by their code. Each hook takes nothing and returns kinds.

    Raises `ImproperlyConfigured` where two apps use one code.
    """
    found: dict[str, NoticeKind] = {}
    for tell in hooks.get_hooks("notice_kinds"):
        for kind in tell():
            if kind.code in found:
                raise ImproperlyConfigured(f'Two kinds of notices are called "{kind.code}".')
            found[kind.code] = kind
    return found
