"""Films in the admin: list, upload, edit, replace, try again, delete."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from local_videos.models import LocalVideo
from local_videos.permissions import films_of
from local_videos.upload import resumable

from . import actions, upload_views
from .forms import FilmForm, FilmReplaceForm, FilmUploadForm
from .usage import uses_of

# Columns that a phone has no room for; a film's own page tells the same.
_WIDE = "film-list-wide"


class PosterColumn(BaseColumn):
    """A small picture of the film."""

    cell_template_name = "local_videos/admin/poster_cell.html"


class StateColumn(BaseColumn):
    """Where the film is on its way to being playable; refreshes by itself. Cancels and tries again."""

    cell_template_name = "local_videos/admin/state_cell.html"

    def get_cell_context_data(self, instance: LocalVideo, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Let the buttons lead back to this very list."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        list_url = f"{reverse('local_videos_admin:index')}?{request.GET.urlencode()}"
        return context | {"csrf_token": get_token(request), "list_url": list_url}

    class Media:
        js = ["local_videos/film_state.js"]


class LengthColumn(BaseColumn):
    """Minutes and seconds."""

    cell_template_name = "local_videos/admin/length_cell.html"


class SizeColumn(BaseColumn):
    """How much the original takes."""

    cell_template_name = "local_videos/admin/size_cell.html"


class FilmIndexView(generic.IndexView):
    """All films that the editor may change."""

    def get_base_queryset(self) -> QuerySet[LocalVideo]:
        """Fetch all that the list shows in a constant number of queries."""
        return (
            films_of(self.request.user, "change")
            .select_related("poster", "uploaded_by")
            .prefetch_related("poster__renditions", "jobs")
        )

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Add the sweep to the menu beside the title."""
        url = reverse("local_videos_admin:sweep")
        return [
            Button(_("Look for films that are stuck"), url=url, icon_name="rotate", priority=40),
            *super().header_more_buttons,
        ]


class FilmCreateView(generic.CreateView):
    """Upload a film; afterwards its own page shows how far it is."""

    template_name = "local_videos/admin/create.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who uploads."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def save_instance(self) -> LocalVideo:
        """Say so if the library holds the same film already; the form without JavaScript cannot ask first."""
        film: LocalVideo = super().save_instance()
        if known := resumable.known_film(film.content_hash, self.request.user, beside=film):
            url = reverse("local_videos_admin:edit", args=[known.pk])
            messages.warning(
                self.request,
                _("The library already holds this very film: “%(title)s”. Perhaps one of the two is enough.")
                % {"title": known.title},
                buttons=[messages.button(url, _("Show the other"))],
            )
        return film

    def get_success_url(self) -> str:
        """Go on to the film."""
        return self.get_edit_url()

    def get_success_buttons(self) -> list[Any]:
        """None: the page that follows is where the button would lead."""
        return []


class FilmEditView(generic.EditView):
    """One film: its words, poster, captions, and its state."""

    template_name = "local_videos/admin/edit.html"

    def get_queryset(self) -> QuerySet[LocalVideo]:
        """Films that this editor may change."""
        return films_of(self.request.user, "change")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form whose collections to offer."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_success_url(self) -> str:
        """Stay with the film."""
        return self.get_edit_url()

    def get_success_buttons(self) -> list[Any]:
        """None: the editor is there already."""
        return []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Add "replace" to the menu beside the title."""
        url = reverse("local_videos_admin:replace", args=[self.object.pk])
        return [
            Button(_("Replace the film"), url=url, icon_name="upload", priority=10),
            *super().header_more_buttons,
        ]


class FilmReplaceView(generic.EditView):
    """Upload another file for a film; what plays now plays on until the new one is ready."""

    page_title = gettext_lazy("Replace the film")
    submit_button_label = gettext_lazy("Replace the film")
    submit_button_active_label = gettext_lazy("Uploading…")
    success_message = gettext_lazy("The new file of “%(object)s” was uploaded. It is being prepared now.")
    error_message = gettext_lazy("The film was not replaced.")
    template_name = "local_videos/admin/replace.html"

    def get_queryset(self) -> QuerySet[LocalVideo]:
        """Films that this editor may change."""
        return films_of(self.request.user, "change")

    def get_form_class(self) -> type[FilmReplaceForm]:
        """Ask for a file, nothing else."""
        return FilmReplaceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who uploads."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_success_url(self) -> str:
        """Go back to the film."""
        return reverse("local_videos_admin:edit", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Post to this page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"action_url": self.request.path}


class FilmDeleteView(generic.DeleteView):
    """Delete a film that nothing uses; else say where it is used."""

    template_name = "local_videos/admin/confirm_delete.html"

    def get_queryset(self) -> QuerySet[LocalVideo]:
        """Films that this editor may delete."""
        return films_of(self.request.user, "delete")

    @cached_property
    def uses(self) -> list[dict[str, Any]]:
        """What uses the film, with the address of its editor where there is one."""
        finder = AdminURLFinder(self.request.user)
        return [
            {"kind": capfirst(user._meta.verbose_name), "name": str(user), "url": finder.get_edit_url(user)}
            for user in uses_of(self.object)
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse while the film is in use."""
        if self.uses:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say where the film is used."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"uses": self.uses, "is_protected": bool(self.uses)}


class FilmUsageView(generic.UsageView):
    """Where one film is used."""

    def get_object(self) -> LocalVideo:
        """A film that this editor may change."""
        return get_object_or_404(films_of(self.request.user, "change"), pk=self.pk)


class FilmHistoryView(generic.HistoryView):
    """Who did what with one film."""

    def get_object(self) -> LocalVideo:
        """A film that this editor may change."""
        return get_object_or_404(films_of(self.request.user, "change"), pk=self.pk)


class FilmViewSet(ModelViewSet):
    """The library of films in the admin's menu."""

    model = LocalVideo
    name = "local_videos_admin"
    url_prefix = "films"
    icon = "media"
    menu_label = gettext_lazy("Local videos")
    menu_order = 310
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = FilmIndexView
    add_view_class = FilmCreateView
    edit_view_class = FilmEditView
    delete_view_class = FilmDeleteView
    usage_view_class = FilmUsageView
    history_view_class = FilmHistoryView
    list_display = [
        PosterColumn("poster", label=gettext_lazy("Poster"), classname=f"film-list-poster {_WIDE}"),
        "title",
        StateColumn("state", label=gettext_lazy("State"), classname="film-list-state"),
        LengthColumn("duration", label=gettext_lazy("Length"), sort_key="duration", classname=_WIDE),
        SizeColumn("size", label=gettext_lazy("Size"), sort_key="size", classname=_WIDE),
        Column("uploaded_by", label=gettext_lazy("Uploaded by"), classname=_WIDE),
        DateColumn("uploaded_at", label=gettext_lazy("Uploaded at"), sort_key="uploaded_at", classname=_WIDE),
    ]
    list_filter = ["state", "collection"]
    list_export = [
        "title",
        "original_name",
        "get_state_display",
        "percent",
        "seconds_left",
        "fault",
        "duration",
        "size",
        "uploaded_by",
        "uploaded_at",
    ]
    export_headings = {
        "title": gettext_lazy("Title"),
        "original_name": gettext_lazy("File name"),
        "get_state_display": gettext_lazy("State"),
        "percent": gettext_lazy("Percent"),
        "seconds_left": gettext_lazy("Seconds left"),
        "fault": gettext_lazy("Reason"),
        "duration": gettext_lazy("Length in seconds"),
        "size": gettext_lazy("Size in bytes"),
        "uploaded_by": gettext_lazy("Uploaded by"),
        "uploaded_at": gettext_lazy("Uploaded at"),
    }
    export_filename = "films"
    default_ordering = "-uploaded_at"

    def get_form_class(self, for_update: bool = False) -> type:
        """Upload first, describe later."""
        return FilmForm if for_update else FilmUploadForm

    def get_urlpatterns(self) -> list[Any]:
        """Add this app's own pages to Wagtail's."""
        return [
            *super().get_urlpatterns(),
            path("uploads/", upload_views.uploads, name="uploads"),
            path("uploads/<uuid:pk>/", upload_views.upload, name="upload"),
            path("uploads/<uuid:pk>/state/", upload_views.upload_state, name="upload_state"),
            path("uploads/<uuid:pk>/decide/", upload_views.decide, name="upload_decide"),
            path("replace/<int:pk>/", self.replace_view, name="replace"),
            path("state/<int:pk>/", actions.film_state, name="state"),
            path("try-again/<int:pk>/", actions.try_again, name="try_again"),
            path("cancel/<int:pk>/", actions.cancel, name="cancel"),
            path("sweep/", actions.sweep, name="sweep"),
            path("frame/<int:pk>/<int:number>/", actions.frame, name="frame"),
        ]

    @property
    def replace_view(self) -> Any:
        """The page that takes another file."""
        return self.construct_view(FilmReplaceView, **self.get_edit_view_kwargs())
