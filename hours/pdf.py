"""Laying pages out for paper, as PDF."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint import Document


def lay_out(page: str) -> "Document":
    """Return `page`, HTML that holds everything in itself, laid out on sheets; it fetches nothing."""
    # They take seconds to load; only the worker needs them.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    return HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).render()
