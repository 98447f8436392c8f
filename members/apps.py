"""The app's configuration for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(AppConfig):
    default = True  # this file has a second one, for Wagtail's users
    name = "members"
    verbose_name = _("Members and organizations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the groups follow the roles; check the settings."""
        from .accounts import checks  # noqa: F401, PLC0415  models are loaded only now
        from .roles import groups  # noqa: F401, PLC0415  models are loaded only now


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with our members in place of its users."""

    user_viewset = "members.admin.members.MemberViewSet"
