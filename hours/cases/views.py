"""Asking for hours, following what became of it, and deciding: one screen each."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hours.closed_years import NamesMemberError, YearClosedError
from hours.formatting import with_unit
from hours.ledger import reasons
from hours.ledger.credit_rules import NoCreditRuleError
from hours.ledger.crediting import ReversalRefusedError
from hours.models import Case, Evidence, ExternalTraining, Objection
from hours.permissions import may_decide
from members.models import Member, Role
from members.roles.permissions import organizations_of

from . import asking, evidence
from . import decisions as cases
from .forms import DecisionForm, ExternalTrainingForm, ObjectionForm
from .similar import others_of

KINDS: dict[str, type[Case]] = {"external": ExternalTraining, "objection": Objection}
CASES_SHOWN = 50


@never_cache
@login_required
def new_external(request: HttpRequest) -> HttpResponse:
    """Enter training done elsewhere, with its evidence."""
    viewer = cast("Member", request.user)
    form = ExternalTrainingForm(request.POST or None, request.FILES or None, viewer=viewer)
    training = _handed_in(form) if request.method == "POST" and form.is_valid() else None
    if training is not None:
        messages.success(request, _("Entered. An officer looks at the evidence before hours are credited."))
        return redirect("hours:case", kind="external", pk=training.pk)
    kept = getattr(form, "evidence", None)
    return render(
        request,
        "hours/new_external.html",
        {"form": form, "kept": kept},
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def new_objection(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with a lesson's hours; `lesson` is a token of `cases.lesson_token`, or empty."""
    member = cast("Member", request.user)
    token = request.POST.get("lesson", request.GET.get("lesson", ""))
    lesson = cases.lesson_of(token) if token else None
    form = ObjectionForm(request.POST or None, viewer=member, lesson=lesson)
    if request.method == "POST" and form.is_valid():
        try:
            objection = asking.object_to(member, form.facts(), form.cleaned_data["text"])
        except asking.CaseRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Entered. An officer of your unit decides; you read the answer here."),
            )
            return redirect("hours:case", kind="objection", pk=objection.pk)
    return render(
        request,
        "hours/new_objection.html",
        {"form": form, "lesson": lesson, "token": token if lesson else ""},
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def case(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Show a case; to who may decide it, all that is needed for that, and the form."""
    viewer = cast("Member", request.user)
    one = _visible(viewer, kind, pk)
    deciding = one.state == Case.State.OPEN and may_decide(viewer, one)
    others = others_of(one) if deciding else []
    form = DecisionForm(request.POST or None, case=one, others=others) if deciding else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _decided(request, one, form):
            return redirect("hours:decisions")
        # Somebody may have granted what resembles it meanwhile: show what stands now.
        form.set_others(others := others_of(one))
    return render(
        request,
        "hours/case.html",
        {
            "case": one,
            "kind": kind,
            "form": form,
            "credited": cases.credited_for(one),
            "others": others,
            "taken_back_because": reasons.in_words(one.taken_back.reason) if one.taken_back else "",
            "may_withdraw": one.state == Case.State.OPEN and viewer.pk in {one.member_id, one.entered_by_id},
        },
        status=422 if form is not None and form.errors else 200,
    )


@require_POST
@login_required
def withdraw(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Take back what is undecided."""
    viewer = cast("Member", request.user)
    try:
        asking.withdraw(_visible(viewer, kind, pk), viewer)
    except asking.CaseRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("hours:case", kind=kind, pk=pk)
    messages.success(request, _("Withdrawn. Nothing of it is kept."))
    return redirect("my_learning")


@never_cache
@login_required
def decisions(request: HttpRequest) -> HttpResponse:
    """List what waits for the viewer's decision, the oldest first."""
    viewer = cast("Member", request.user)
    if not organizations_of(viewer, Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR).exists():
        raise PermissionDenied
    lists = []
    for kind, model in KINDS.items():
        waiting = model.objects.decidable_by(viewer).select_related("member__organization")
        lists.append((kind, waiting[:CASES_SHOWN], waiting.count()))
    return render(
        request, "hours/decisions.html", {"lists": lists, "waiting": sum(entry[2] for entry in lists)}
    )


@never_cache
@login_required
def evidence_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send evidence to who may see it: who uploaded it, the member, and who sees the member's record."""
    viewer = cast("Member", request.user)
    trainings = ExternalTraining.objects.visible_to(viewer)
    found = get_object_or_404(
        Evidence.objects.filter(Q(uploaded_by=viewer) | Q(training__in=trainings)).distinct(), pk=pk
    )
    try:
        stored = evidence.opened(found)
    except FileNotFoundError as fault:
        raise Http404 from fault
    answer = FileResponse(
        stored,
        content_type=found.form,
        as_attachment=found.form == Evidence.Form.PDF,
        filename=f"{_('evidence')}.{found.stored_as[-3:]}",
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _visible(viewer: Member, kind: str, pk: UUID) -> Case:
    if kind not in KINDS:
        raise Http404
    model = KINDS[kind]
    allowed = model.objects.visible_to(viewer) | model.objects.filter(entered_by=viewer)
    return get_object_or_404(
        allowed.select_related(
            "member__organization", "subject", "entered_by", "decided_by", "entry__reversal"
        ),
        pk=pk,
    )


def _handed_in(form: ExternalTrainingForm) -> ExternalTraining | None:
    """Enter what the form holds; put a refusal into it and return None."""
    try:
        return form.save()
    except asking.CaseRefusedError as refusal:
        form.add_error(None, str(refusal))
        return None


def _decided(request: HttpRequest, one: Case, form: DecisionForm) -> bool:
    """Do what the officer pressed; put a refusal into the form and return False."""
    officer, answer = cast("Member", request.user), form.cleaned_data["answer"]
    try:
        if request.POST.get("decision") == "grant":
            entry = cases.grant(
                one,
                officer,
                minutes=form.cleaned_data["minutes"],
                answer=answer,
                late_reason=form.cleaned_data.get("late_reason", ""),
                told_apart=form.told_apart(),
            )
            messages.success(
                request,
                _("%(name)s is credited with %(hours)s.")
                % {"hours": with_unit(entry.hours), "name": one.member},
            )
        else:
            cases.decline(one, officer, answer=answer)
            messages.success(request, _("Declined. %(name)s reads your answer.") % {"name": one.member})
    except NamesMemberError as refusal:
        # Entered before such words were refused; the officer can only decline, and have it entered anew.
        form.add_error(None, str(refusal))
    except YearClosedError as refusal:
        form.ask_late_reason()
        form.add_error("late_reason", str(refusal))
    except cases.NotToldApartError as refusal:
        form.add_error("something_else", str(refusal))
    except NoCreditRuleError:
        form.add_error(None, _("No credit rule is laid down for this day. The administrator can add one."))
    except (asking.CaseRefusedError, ReversalRefusedError) as refusal:
        form.add_error("answer" if not answer.strip() else None, str(refusal))
    return not form.errors
