"""Choosing a film for a page, or uploading one on the spot."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.log_actions import log

from local_videos.models import LocalVideo
from local_videos.permissions import policy

from .films import LengthColumn, PosterColumn
from .forms import FilmUploadForm


def _choosable(user: Any) -> QuerySet[LocalVideo]:
    """The films that `user` may choose; the others do not exist for them."""
    films: QuerySet[LocalVideo] = policy.instances_user_has_any_permission_for(user, ["choose"])
    return films


class _UploadMixin(chooser.CreationFormMixin):
    """The upload form inside the chooser."""

    def get_creation_form_class(self) -> type[FilmUploadForm]:
        """The same form as in the library."""
        return FilmUploadForm

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who uploads; its fields must not clash with those of the page below."""
        return super().get_creation_form_kwargs() | {"user": self.request.user, "prefix": "film-upload"}

    def get_creation_form(self) -> FilmUploadForm | None:
        """None for somebody who may choose films but not add any."""
        return super().get_creation_form() if self.can_create() else None


class _FilmsMixin(chooser.BaseChooseView):
    """The films that the editor may choose."""

    def get_object_list(self) -> QuerySet[LocalVideo]:
        """Newest first."""
        films = _choosable(self.request.user)
        return films.select_related("poster").prefetch_related("poster__renditions").order_by("-uploaded_at")

    @property
    def columns(self) -> list[Any]:
        """Picture, title, length, date."""
        return [
            PosterColumn("poster", label=_("Poster"), width="140px"),
            self.title_column,
            LengthColumn("duration", label=_("Length")),
            DateColumn("uploaded_at", label=_("Uploaded at")),
        ]


class FilmChooseView(_FilmsMixin, _UploadMixin, chooser.ChooseView):
    """The dialogue."""


class FilmChooseResultsView(_FilmsMixin, _UploadMixin, chooser.ChooseResultsView):
    """The list inside the dialogue."""


class FilmChosenView(chooser.ChosenView):
    """Answers with the film that was chosen."""

    def get_object(self, pk: Any) -> LocalVideo:
        """A film that this editor may choose."""
        return get_object_or_404(_choosable(self.request.user), pk=pk)


class FilmsChosenView(chooser.ChosenMultipleView):
    """Answers with the films that were chosen."""

    def get_objects(self, pks: list[Any]) -> QuerySet[LocalVideo]:
        """Films that this editor may choose."""
        return _choosable(self.request.user).filter(pk__in=pks)


class FilmChooserCreateView(_UploadMixin, chooser.CreateView):
    """Takes the upload inside the dialogue."""

    def save_form(self, form: FilmUploadForm) -> LocalVideo:
        """Keep the film and write down who uploaded it."""
        film = form.save()
        # A resumable upload has been written down when its film was made.
        if not form.cleaned_data.get("upload"):
            log(instance=film, action="wagtail.create", user=self.request.user)
        return film


class FilmChooserViewSet(ChooserViewSet):
    """Gives every foreign key to a film this chooser."""

    model = LocalVideo
    icon = "media"
    choose_one_text = _("Choose a film")
    choose_another_text = _("Choose another film")
    edit_item_text = _("Edit this film")
    creation_tab_label = _("Upload")
    create_action_label = _("Upload")
    create_action_clicked_label = _("Uploading…")
    choose_view_class = FilmChooseView
    choose_results_view_class = FilmChooseResultsView
    chosen_view_class = FilmChosenView
    chosen_multiple_view_class = FilmsChosenView
    create_view_class = FilmChooserCreateView
