"""A member's own certificates, those that a unit issues for its members, and the page that checks one."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation.rate_limits import RateLimit
from hours.models import Certificate, CreditEntry
from hours.permissions import may_revoke
from members.models import Member, Role
from members.roles.permissions import members_certified_by, organizations_of

from . import checking, issuing, rendering

CERTIFICATES_SHOWN = 20
PEOPLE_A_PAGE = 50
# A socket of the file system has no address.
_THIS_MACHINE = ("", "127.0.0.1", "::1")


@never_cache
@login_required
def my_certificates(request: HttpRequest) -> HttpResponse:
    """List the viewer's own certificates and issue new ones."""
    return _certificates(request, cast("Member", request.user))


@never_cache
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """List the members for whom the viewer may issue certificates; `?q=` looks for a name or number."""
    viewer = cast("Member", request.user)
    if not organizations_of(viewer, *Role.RESPONSIBLE).exists():
        raise Http404
    asked = request.GET.get("q", "").strip()[:60]
    found = members_certified_by(viewer).exclude(pk=viewer.pk).select_related("organization")
    if asked:
        found = found.filter(Q(name__icontains=asked) | Q(number__iexact=asked))
    people = Paginator(found.order_by("organization__path", "name", "number"), PEOPLE_A_PAGE)
    return render(
        request,
        "hours/certificates_people.html",
        {
            "page_obj": people.get_page(request.GET.get("page")),
            "q": asked,
            "filters": {"q": asked} if asked else {},
        },
    )


@never_cache
@login_required
def certificates_of(request: HttpRequest, pk: int) -> HttpResponse:
    """List the certificates of a member of the viewer's units and issue new ones."""
    member = get_object_or_404(members_certified_by(request.user).select_related("organization"), pk=pk)
    if member.pk == request.user.pk:
        return redirect("hours:certificates")
    return _certificates(request, member)


def _certificates(request: HttpRequest, member: Member) -> HttpResponse:
    years = set(CreditEntry.objects.filter(member=member).order_by().values_list("year", flat=True))
    fault = ""
    if request.method == "POST":
        year, kind = request.POST.get("year", ""), request.POST.get("kind", "")
        if year not in {str(one) for one in years} or kind not in Certificate.Kind.values:
            fault = _("There are no hours in %(year)s yet.") % {"year": year[:4]}
        else:
            try:
                certificate = _issued(request, member, int(year), kind)
            except issuing.CertificateRefusedError as refusal:
                fault = str(refusal)
            else:
                return redirect("hours:certificate", pk=certificate.pk)
    issued = list(Certificate.objects.filter(member=member)[:CERTIFICATES_SHOWN])
    said = checking.validities(issued)
    return render(
        request,
        "hours/certificates.html",
        {
            "years": sorted(years, reverse=True),
            "kinds": Certificate.Kind.choices,
            "certificates": [(one, said[one.pk].value) for one in issued],
            "fault": fault,
            "member": None if member.pk == request.user.pk else member,
        },
        status=422 if fault else 200,
    )


@never_cache
@login_required
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one certificate: being made, ready, or no longer valid. The page asks again by itself.

    An officer revokes it here, with a reason.
    """
    one = _certificate(request, pk)
    fault, reason = "", request.POST.get("reason", "")[:255]
    if request.method == "POST" and "revoke" in request.POST:
        try:
            issuing.revoke(one, reason, by=cast("Member", request.user))
        except issuing.CertificateRefusedError as refusal:
            fault = str(refusal)
        else:
            messages.success(request, _("This certificate is revoked."))
            return redirect("hours:certificate", pk=pk)
    elif request.method == "POST":
        try:
            again = _issued(request, one.member, one.year, one.kind)
        except issuing.CertificateRefusedError as refusal:
            fault = str(refusal)
        else:
            return redirect("hours:certificate", pk=again.pk)
    return render(
        request,
        "hours/certificate.html",
        {
            "certificate": one,
            "validity": checking.validity(one).value,
            "may_revoke": one.revoked_at is None and may_revoke(request.user, one),
            "reason": reason,
            "fault": fault,
            "member": None if one.member_id == request.user.pk else one.member,
        },
        status=422 if fault else 200,
    )


@never_cache
@login_required
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send the PDF to the member, or to who may issue it."""
    one = _certificate(request, pk)
    if not one.stored_as or one.revoked_at is not None:
        return redirect("hours:certificate", pk=pk)
    try:
        stored = rendering.opened(one)
    except FileNotFoundError as fault:
        raise Http404 from fault
    name = f"{one.get_kind_display()}-{one.year}.pdf"
    return FileResponse(stored, as_attachment=True, content_type="application/pdf", filename=name)


def _certificate(request: HttpRequest, pk: UUID) -> Certificate:
    """Return the certificate if it is the viewer's own or of a member whom they may issue it for."""
    allowed = Certificate.objects.filter(member__in=members_certified_by(request.user))
    return get_object_or_404(allowed.select_related("member__organization"), pk=pk)


def _issued(request: HttpRequest, member: Member, year: int, kind: str) -> Certificate:
    viewer = cast("Member", request.user)
    return issuing.issue(member, year, kind, _check_address(request), by=viewer)


@never_cache
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    """Tell anybody whether a code is that of a valid certificate, its year and hours, and nothing more."""
    typed = code or request.POST.get("code", "")
    name = request.POST.get("name", "").strip()[:60]
    context: dict[str, object] = {"typed": typed[:40], "name": name}
    if not typed:
        return _said(request, context, 200)
    if _wrong_codes().is_reached(_network(request)):
        return _said(request, context | {"too_many": True}, 429)
    one = Certificate.objects.select_related("member").filter(code=checking.normalise_code(typed)).first()
    if one is None:
        _wrong_codes().count(_network(request))
        return _said(request, context | {"unknown": True}, 404)
    context |= {"certificate": one, "validity": checking.validity(one).value}
    if name and one.is_forgotten:
        context["name_forgotten"] = True
    elif name:
        context["same_name"] = checking.is_name_on(one, name)
        if not context["same_name"]:
            _wrong_codes().count(_network(request))  # names are not to be tried out either
    return _said(request, context, 200)


def _said(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    answer = render(request, "hours/check_certificate.html", context, status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _check_address(request: HttpRequest) -> str:
    """Return where certificates are checked, by the host that this reader came by, without a code."""
    return request.build_absolute_uri(reverse("check_certificate"))


def _wrong_codes() -> RateLimit:
    return RateLimit(
        "wrong certificate codes", settings.HOURS_WRONG_CODES, settings.HOURS_WRONG_CODES_SECONDS
    )


def _network(request: HttpRequest) -> str:
    """Return where the request comes from."""
    address = request.META.get("REMOTE_ADDR", "")
    if address in _THIS_MACHINE:
        # The web server before the site says whom it speaks for; nobody else is believed.
        address = request.headers.get("X-Real-IP", address)
    return str(address)
