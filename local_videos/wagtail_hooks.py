"""What Wagtail's admin shows of this app."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.staticfiles import versioned_static
from wagtail.log_actions import LogActionRegistry

from local_videos.admin.chooser import FilmChooserViewSet
from local_videos.admin.films import FilmViewSet
from local_videos.admin.forms import GroupFilmPermissionFormSet

_SCRIPTS = (
    "local_videos/film_state.js",
    "vendor/tus.min.js",
    "local_videos/film_upload.js",
    "local_videos/film_uploads.js",
)


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
    actions.register_action("local_videos.cancel", _("Cancel preparing"), _("Cancelled preparing the film"))


@hooks.register("insert_editor_js")
def uploads_go_on() -> SafeString:
    """Let every form with a film field, choosers included, upload piece by piece."""
    return format_html_join(
        "\n",
        '<script src="{}"></script>',
        ((versioned_static(name),) for name in _SCRIPTS),
    )


@hooks.register("insert_global_admin_css")
def film_styles() -> SafeString:
    """What Wagtail has no class for."""
    return format_html('<link rel="stylesheet" href="{}">', versioned_static("local_videos/film_admin.css"))
