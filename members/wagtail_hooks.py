"""What this room adds to the editors' site."""

from wagtail import hooks

from .organization_admin import OrganizationGroup


@hooks.register("register_admin_viewset")
def organizations() -> OrganizationGroup:
    """Add organizations and member categories."""
    return OrganizationGroup()
