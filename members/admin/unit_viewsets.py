"""Keeps an admin list of units' own records within its bounds: Wagtail's history and usage know of none."""

from typing import Any

from wagtail.admin.viewsets.model import ModelViewSet

_PAGES = {"index", "index_results", "add", "edit", "delete"}


class OwnRecordsViewSet(ModelViewSet):
    """A model viewset without the pages that would show every unit's records to whoever may see some."""

    def get_urlpatterns(self) -> list[Any]:
        """Leave out history and usage."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in _PAGES]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Link to no page that is left out."""
        return {**super().get_common_view_kwargs(**kwargs), "history_url_name": "", "usage_url_name": ""}
