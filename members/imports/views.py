"""Lists in the editors' site: upload, look at what would happen, let it happen."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button

from members.models import ListImport, Member, Role
from members.roles.permissions import organizations_of

from . import lifecycle
from .rows import Outcome
from .tasks import apply_list, read_list

ROWS_A_PAGE = 50
Kind = ListImport.Kind


def may_import(viewer: Member | AnonymousUser) -> bool:
    """Return whether `viewer` may enter lists: an administrator of some part of the tree."""
    return organizations_of(viewer, Role.Kind.ADMINISTRATOR).exists()


def imports_of(viewer: Member) -> Any:
    """Return the lists that `viewer` uploaded; their content is nobody else's business."""
    return ListImport.objects.filter(uploaded_by=viewer)


def list_buttons(viewer: Member | AnonymousUser, kind: str) -> list[Button]:
    """Return the button that leads to entering a list, for whoever may."""
    if not may_import(viewer):
        return []
    there = reverse("members_lists:upload", args=[kind])
    return [Button(_("Enter a list"), url=there, icon_name="upload", priority=50)]


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("List"),
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls) or CSV. Nothing is entered before you have looked at it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than any list."""
        file = self.cleaned_data["file"]
        most = settings.MEMBERS_IMPORT_MAX_BYTES
        if file.size > most:
            raise forms.ValidationError(
                _("The file is larger than %(n)d MB. Please divide the list.") % {"n": most // 1024**2}
            )
        return file


class _Lists(WagtailAdminTemplateMixin):
    """What the pages of this file share: who may open them, and the breadcrumbs."""

    request: HttpRequest
    kwargs: dict[str, Any]
    header_icon = "upload"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stop whoever administers nothing."""
        if not may_import(cast(Member, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def breadcrumbs(self, kind: str) -> list[dict[str, str]]:
        """Return the breadcrumbs down to the upload of this kind."""
        people = kind == Kind.MEMBERS
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("wagtailusers_users:index" if people else "organization:index"),
                "label": str(_("Members") if people else _("Organizations")),
            },
            {"url": reverse("members_lists:upload", args=[kind]), "label": _("Enter a list")},
        ]


class UploadView(_Lists, FormView):
    """Takes the file, says what a list looks like, and names the lists before."""

    form_class = UploadForm
    template_name = "members/admin/list_upload.html"

    def get_page_title(self) -> str:
        """Return what is entered here."""
        members = self.kwargs["kind"] == Kind.MEMBERS
        return _("Enter a list of members") if members else _("Enter a list of organizations")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the members or organizations."""
        return [*self.breadcrumbs(self.kwargs["kind"])[:-1], {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the columns are called and the last lists."""
        kind = self.kwargs["kind"]
        return {
            **super().get_context_data(**kwargs),
            "kind": kind,
            "columns": lifecycle.known_columns(kind),
            "earlier": imports_of(cast(Member, self.request.user)).filter(kind=kind)[:10],
            "days": settings.MEMBERS_IMPORT_DAYS,
        }

    def form_valid(self, form: UploadForm) -> HttpResponse:
        """Store the file and let a task read it."""
        file = form.cleaned_data["file"]
        with transaction.atomic():
            source = lifecycle.start(
                self.kwargs["kind"],
                file.read(),
                file.name,
                by=cast(Member, self.request.user),
                language=get_language() or settings.LANGUAGE_CODE,
            )
            transaction.on_commit(lambda: read_list.enqueue(source.pk))
        return redirect("members_lists:look", source.pk)


class LookView(_Lists, TemplateView):
    """The progress of a list and, once it has been read, each row and what becomes of it."""

    template_name = "members/admin/list_look.html"

    def get_source(self) -> ListImport:
        """Return the list, if it is the viewer's own."""
        source: ListImport = get_object_or_404(
            imports_of(cast(Member, self.request.user)), pk=self.kwargs["pk"]
        )
        return source

    def get_page_title(self) -> str:
        """Return the file's name."""
        return self.get_source().file_name

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the upload."""
        source = self.get_source()
        return [*self.breadcrumbs(source.kind), {"url": "", "label": source.file_name}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the counts and the rows of the chosen outcome."""
        source = self.get_source()
        context = {
            **super().get_context_data(**kwargs),
            "source": source,
            "words": progress_words(source),
        }
        if source.state in (ListImport.State.READING, ListImport.State.FAILED):
            return context
        counts = dict(source.rows.order_by().values_list("outcome").annotate(n=Count("pk")))
        tabs = [(value, label, counts.get(value, 0)) for value, label in tab_labels(source)]
        wanted = self.request.GET.get("outcome", "")
        if wanted not in Outcome.values:
            wanted = next((value for value, _label, n in tabs if n), Outcome.CREATE)
        paginator = Paginator(source.rows.filter(outcome=wanted), ROWS_A_PAGE)
        rows = paginator.get_page(self.request.GET.get("p"))
        return {
            **context,
            "tabs": tabs,
            "outcome": wanted,
            "rows": rows,
            "items": rows,
            "elided_page_range": paginator.get_elided_page_range(rows.number),
            "waiting": source.rows.filter(
                applied=False, outcome__in=(Outcome.CREATE, Outcome.CHANGE)
            ).count(),
            "refused": counts.get(Outcome.REFUSED, 0),
        }


def tab_labels(source: ListImport) -> list[tuple[str, str]]:
    """Return the outcomes in the order of interest, in the tense that fits the list's state."""
    if source.state == ListImport.State.DONE:
        words = (_("New"), _("Changed"), _("Refused"), _("Known already"))
    else:
        words = (_("Will be new"), _("Will be changed"), _("Refused"), _("Known already"))
    return list(zip((Outcome.CREATE, Outcome.CHANGE, Outcome.REFUSED, Outcome.SAME), words, strict=True))


def _own(request: HttpRequest, pk: int) -> ListImport:
    viewer = cast(Member, request.user)
    if not may_import(viewer):
        raise PermissionDenied
    source: ListImport = get_object_or_404(imports_of(viewer), pk=pk)
    return source


@never_cache
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer how far the list is: state, per cent, and a sentence."""
    source = _own(request, pk)
    return JsonResponse(
        {"running": source.running, "percent": source.percent, "words": progress_words(source)}
    )


def progress_words(source: ListImport) -> str:
    """Return how far the running step is, as a sentence."""
    if source.state == ListImport.State.READING:
        return ngettext("%(n)s row read.", "%(n)s rows read.", source.rows_done) % {"n": source.rows_done}
    return _("%(done)s of %(total)s rows entered.") % {"done": source.rows_done, "total": source.rows_total}


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a task enter the rows."""
    source = _own(request, pk)
    with transaction.atomic():
        if lifecycle.confirm(source):
            transaction.on_commit(lambda: apply_list.enqueue(source.pk))
        else:
            messages.info(request, _("This list is being entered already, or has been."))
    return redirect("members_lists:look", source.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a list that no task is at work on; what was entered stays."""
    source = _own(request, pk)
    kind = source.kind
    if source.running:
        messages.warning(request, _("A list cannot be removed while it is being read or entered."))
        return redirect("members_lists:look", source.pk)
    source.delete()
    messages.success(request, _("The list has been removed. What was entered from it stays."))
    return redirect("members_lists:upload", kind)


def refused(request: HttpRequest, pk: int) -> FileResponse:
    """Send the refused rows with the reasons beside them."""
    from .reports import refused_rows  # noqa: PLC0415  slow to import, and rarely needed

    source = _own(request, pk)
    name = source.file_name.rpartition(".")[0] or source.file_name
    return FileResponse(
        refused_rows(source), as_attachment=True, filename=_("%(name)s - refused.xlsx") % {"name": name}
    )


def example(request: HttpRequest, kind: str) -> FileResponse:
    """Send an example of a list."""
    from .reports import example_list  # noqa: PLC0415  slow to import, and rarely needed

    if not may_import(cast(Member, request.user)):
        raise PermissionDenied
    names = {Kind.MEMBERS: _("members.xlsx"), Kind.ORGANIZATIONS: _("organizations.xlsx")}
    return FileResponse(example_list(kind), as_attachment=True, filename=names[Kind(kind)])


class KindConverter:
    """The kinds of lists in addresses."""

    regex = "|".join(Kind.values)

    def to_python(self, value: str) -> str:
        """Return the kind."""
        return value

    def to_url(self, value: str) -> str:
        """Return the kind."""
        return value


app_name = "members_lists"


def urlpatterns() -> list[URLPattern]:
    """Return the addresses below /admin/lists/."""
    return [
        path("<list_kind:kind>/", UploadView.as_view(), name="upload"),
        path("<list_kind:kind>/example/", example, name="example"),
        path("<int:pk>/", LookView.as_view(), name="look"),
        path("<int:pk>/progress/", progress, name="progress"),
        path("<int:pk>/confirm/", confirm, name="confirm"),
        path("<int:pk>/discard/", discard, name="discard"),
        path("<int:pk>/refused/", refused, name="refused"),
    ]
