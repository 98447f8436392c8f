"""Template tags of the page shell, available in every template."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from site_config.pages.navigation import NavigationItem, navigation

register = template.Library()

# Shapes of the member types that come with the site; a new one takes a name of icons.txt, or a plain person.
DEFAULT_CATEGORY_ICON = "user-round"


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw the Lucide icon `name`, hidden from screen readers: words always stand beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def category_icon(category: Any) -> SafeString:
    """Draw the shape of a member type."""
    return icon(category.icon or DEFAULT_CATEGORY_ICON)


@register.simple_tag(takes_context=True)
def main_navigation(context: dict[str, Any]) -> list[NavigationItem]:
    """Return the main navigation for the person who asks; none where no request is known."""
    request: HttpRequest | None = context.get("request")
    return navigation(request) if request is not None and hasattr(request, "user") else []
