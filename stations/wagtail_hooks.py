"""What this room adds to the editors' site."""

from wagtail import hooks

from .admin import StationGroup


@hooks.register("register_admin_viewset")
def stations() -> StationGroup:
    """Add stations, their plans and their screens."""
    return StationGroup()
