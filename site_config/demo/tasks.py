"""Making the demo's films in the background, so that the site can be read meanwhile."""

from django_tasks import task
from wagtail.models import Page

from . import films


@task(queue_name="films", priority=-50)
def make_film(page_id: int, seconds: float | None) -> None:
    """Make the film of one page unless it has one. Films that people upload come first."""
    page = Page.objects.get(pk=page_id).specific
    if page.video_id is None:
        films.make_film(page, seconds)
