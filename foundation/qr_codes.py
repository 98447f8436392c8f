"""QR codes of addresses as SVG."""

import segno
from django.utils.safestring import SafeString, mark_safe


def inline_svg(address: str, *, border: int = 2) -> SafeString:
    """Return `address` as an SVG element without sizes or styles: the style sheet decides.

    `border` is the white margin in modules.
    """
    drawing = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, svgclass=None, lineclass=None, border=border, light="#fff", dark="#000"
    )
    return mark_safe(drawing)  # noqa: S308  made by segno of black and white squares alone


def data_uri(address: str) -> str:
    """Return `address` as a QR code for the `src` of an image."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff"))
