"""Slides of 1280 by 720 pixels: few large words on paper, one picture. Captions get the lowest part."""

import math
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from .palette import INK, INK_SOFT, LINE, PAPER, RED, WHEAT, WHEAT_SOFT, font
from .pictures import picture

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT = 96, 800
"""Words stand between these; the picture stands to the right of them."""
BOTTOM = 600
"""Nothing but the counting marks stands below: there the player shows captions."""
_DISC = (1014, 330, 186)
# No line begins with these.
_CLOSING = "，。：；、？！）》”’"
_NO_BOX = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Slide:
    """What one slide says; `say` are the sentences that are spoken over it."""

    title: str
    lines: tuple[str, ...]
    picture: str
    say: tuple[str, ...]
    opening: bool = False
    """Whether it opens the film: a larger title, `lines` as small print under it."""


@dataclass(frozen=True)
class Words:
    """A line of text at its place."""

    text: str
    x: int
    y: int
    kind: str
    size: int
    colour: str
    box: tuple[float, float, float, float] = field(default=_NO_BOX)


def layout(slide: Slide) -> list[Words]:
    """Return every line of the slide with the box of its letters in pixels: left, top, right, bottom."""
    placed: list[Words] = []
    size = _title_size(slide)
    y = 0
    for line in broken(slide.title, "title", size, RIGHT - LEFT):
        placed.append(_words(line, (LEFT, y), "title", size, INK))
        y += round(size * 1.36)
    y += 60
    small = 36 if slide.opening else 54
    colour = INK_SOFT if slide.opening else INK
    indent = 0 if slide.opening else 40
    for line in slide.lines:
        for part in broken(line, "body", small, RIGHT - LEFT - indent):
            placed.append(_words(part, (LEFT + indent, y), "body", small, colour))
            y += round(small * 1.52)
    # The words stand as high as the picture beside them.
    shift = round(_DISC[1] - (placed[0].box[1] + placed[-1].box[3]) / 2)
    return [_words(w.text, (w.x, w.y + shift), w.kind, w.size, w.colour) for w in placed]


def draw(slide: Slide, number: int, count: int) -> Image.Image:
    """Return the picture of `slide`, the `number`th (from 0) of `count`."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    x, y, r = _DISC
    shape = Image.new("L", (r * 4, r * 4), 0)
    ImageDraw.Draw(shape).ellipse((0, 0, r * 4 - 1, r * 4 - 1), fill=255)
    image.paste(WHEAT_SOFT, (x - r, y - r), shape.resize((r * 2, r * 2), Image.Resampling.LANCZOS))
    drawing = picture(slide.picture, 264)
    image.paste(drawing, (x - 132, y - 132), drawing)

    words = layout(slide)
    for place in words:
        pen.text((place.x, place.y), place.text, font=font(place.kind, place.size), fill=place.colour)
    under_title = max(place.box[3] for place in words if place.kind == "title")
    pen.rectangle((LEFT, under_title + 26, LEFT + 72, under_title + 32), fill=RED)
    if not slide.opening:
        for place in words:
            if place.kind == "body":
                middle = place.y + place.size * 0.74
                pen.ellipse((LEFT + 2, middle - 7, LEFT + 16, middle + 7), fill=WHEAT)
    _count(pen, number, count)
    return image


def broken(text: str, kind: str, size: int, width: int) -> list[str]:
    """Return `text` in lines no wider than `width` pixels; no line begins with closing punctuation."""
    letters = font(kind, size)
    if letters.getlength(text) <= width:
        return [text]
    # A colon parts a title better than the edge does.
    head, colon, tail = text.partition("：")
    if colon and tail and letters.getlength(head + colon) <= width:
        return [head + colon, *broken(tail, kind, size, width)]
    at = _best_break(text, letters, width)
    return [text[:at], *broken(text[at:], kind, size, width)]


def _best_break(text: str, letters: ImageFont.FreeTypeFont, width: int) -> int:
    """Return where the first line of `text` ends: after a comma if it fits, else so that lines are alike."""
    commas = [at + 1 for at, letter in enumerate(text[:-1]) if letter in "，。；、"]
    fitting = [at for at in commas if letters.getlength(text[:at].rstrip(_CLOSING)) <= width]
    rows = math.ceil(letters.getlength(text) / width)
    if fitting and letters.getlength(text[fitting[-1] :]) <= width * (rows - 1):
        return fitting[-1]
    at = math.ceil(len(text) / rows)
    while at < len(text) and text[at] in _CLOSING:
        at -= 1
    return at


def _title_size(slide: Slide) -> int:
    """Return the largest size in which the title takes two lines at most, three on the opening slide."""
    sizes, most = ((76, 68, 60, 54), 3) if slide.opening else ((72, 64, 56), 2)
    for size in sizes:
        if len(broken(slide.title, "title", size, RIGHT - LEFT)) <= most:
            return size
    return sizes[-1]


def _words(text: str, spot: tuple[int, int], kind: str, size: int, colour: str) -> Words:
    x, y = spot
    left, top, right, bottom = font(kind, size).getbbox(text)
    return Words(text, x, y, kind, size, colour, (x + left, y + top, x + right, y + bottom))


def _count(pen: ImageDraw.ImageDraw, number: int, count: int) -> None:
    """Draw a mark for each slide along the bottom, this one's in red."""
    step = (WIDTH - 2 * LEFT) / count
    for place in range(count):
        start = LEFT + place * step
        colour = RED if place == number else LINE
        pen.rectangle((start, HEIGHT - 20, start + step - 10, HEIGHT - 15), fill=colour)
