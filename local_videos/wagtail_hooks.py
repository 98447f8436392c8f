"""What Wagtail's admin shows of this room."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .film_admin import FilmViewSet
from .film_chooser import FilmChooserViewSet
from .film_forms import GroupFilmPermissionFormSet


@hooks.register("register_admin_viewset")
def register_film_viewsets() -> list[object]:
    """The library and the chooser."""
    return [FilmViewSet(), FilmChooserViewSet("film_chooser", url_prefix="films/chooser")]


@hooks.register("register_group_permission_panel")
def register_film_permissions_panel() -> type:
    """Who may do what with films, in the form of a group."""
    return GroupFilmPermissionFormSet


@hooks.register("register_log_actions")
def register_film_log_actions(actions: LogActionRegistry) -> None:
    """What the history of a film may hold beside Wagtail's own."""
    actions.register_action(
        "local_videos.try_again", _("Try again"), _("Asked for the film to be prepared once more")
    )
