"""From a right password to an open session: with a second factor there is a step between.

A session is good for the factor that it was opened with. Turning a factor on, off or taking it away ends all
other sessions of that member; and a login that did not ask for the second step opens nothing at all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from members.models import Member
from members.roles.permissions import holds_office

# How long one may look for the phone after the password.
HALFWAY = timedelta(minutes=5)
_HALFWAY = "members_halfway"
_FACTOR = "members_second_factor"
_SIGNED_IN = "members_signed_in_at"
# So long after signing in nobody is asked for the password again.
LATELY = timedelta(minutes=15)
_BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


def enter(request: HttpRequest, member: Member, after: str) -> HttpResponse:
    """Go on after the first step: ask for the second where one is on, else open the session.

    `after` is the address to end at; the caller has seen that it lies on this site.
    """
    if member.second_factor_at is None:
        return open_session(request, member, after)
    request.session.cycle_key()
    request.session[_HALFWAY] = {
        "member": member.pk,
        "hash": member.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "after": after,
    }
    return redirect("members:second_step")


def halfway(request: HttpRequest, *, now: datetime) -> tuple[Member, str] | None:
    """Return who has given the password in this browser within the last minutes, and where they want to go.

    None if nobody has, or if the account, the password or the factor is no more what it was.
    """
    begun = request.session.get(_HALFWAY)
    if not begun or now.timestamp() - begun["at"] > HALFWAY.total_seconds():
        return None
    member = Member.objects.filter(pk=begun["member"], is_active=True, second_factor_at__isnull=False).first()
    if member is None or not constant_time_compare(begun["hash"], member.get_session_auth_hash()):
        return None
    return member, begun["after"]


def open_session(request: HttpRequest, member: Member, after: str) -> HttpResponse:
    """Sign `member` in, and lead on to `after`, or first to where a factor that must be is set up."""
    login(request, member, backend=_BACKEND)
    request.session.pop(_HALFWAY, None)
    stay_signed_in(request, member)
    request.session[_SIGNED_IN] = timezone.now().timestamp()
    return redirect(set_up_address(after) if must_set_up(member) else after)


def stay_signed_in(request: HttpRequest, member: Member) -> None:
    """Keep this session, and no other, when `member` has just turned a factor on or off in it."""
    if member.second_factor_at is None:
        request.session.pop(_FACTOR, None)
    else:
        request.session[_FACTOR] = member.second_factor_at.isoformat()


def signed_in_lately(request: HttpRequest, *, now: datetime) -> bool:
    """Return whether this session was opened within the last minutes."""
    return now.timestamp() - request.session.get(_SIGNED_IN, 0) < LATELY.total_seconds()


def must_set_up(member: Member) -> bool:
    """Return whether what `member` holds is withheld until a second factor is on."""
    return member.rights_withheld and holds_office(member)


def set_up_address(after: str) -> str:
    """Return the address at which a factor is set up before one goes on to `after`."""
    return f"{reverse('members:second_factor_set_up')}?{urlencode({'next': after})}"


class SecondFactorMiddleware:
    """Knows nobody by a session without the second step; leads staff to the set-up page where it must be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead on from a page that is refused for want of the factor alone."""
        request.user = SimpleLazyObject(lambda: _known(request))  # type: ignore[assignment]  # as Django does
        response = self.get_response(request)
        if (
            settings.MEMBERS_STAFF_SECOND_FACTOR != "may"
            and request.method == "GET"
            and _refused(request, response)
        ):
            member = request.user
            if isinstance(member, Member) and must_set_up(member):
                return redirect(set_up_address(request.get_full_path()))
        return response


def _known(request: HttpRequest) -> Member | AnonymousUser:
    member = get_user(request)
    if not isinstance(member, Member):
        return AnonymousUser()
    due = member.second_factor_at and member.second_factor_at.isoformat()
    if request.session.get(_FACTOR) == due:
        return member
    request.session.flush()  # as Django does after a changed password
    return AnonymousUser()


def _refused(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether a page was not opened, or is one that is empty for whoever has no task."""
    if request.path.startswith(settings.MEMBERS_STAFF_PAGES):
        return True
    to_sign_in = response.headers.get("Location", "").startswith(reverse("members:sign_in"))
    return response.status_code in (403, 404) or to_sign_in
