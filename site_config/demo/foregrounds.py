"""What stands before the hills of a landscape."""

import math
import random

from .canvas import Canvas

_WALL, _TILE, _INK, _RED = "#F7F1E6", "#4A423C", "#2B2521", "#B1241C"


def ears(canvas: Canvas, chance: random.Random) -> None:
    """A field of wheat, near by."""
    canvas.shape((0, 560), (canvas.width, 530), (canvas.width, 720), (0, 720), fill="#C8963A")
    for row, (colour, height) in enumerate((("#B98631", 150), ("#D6A548", 190))):
        for place in range(34):
            x = place * 40 + chance.uniform(-12, 12) + row * 18
            top = 700 - height - chance.uniform(0, 60)
            lean = chance.uniform(6, 26)
            canvas.line((x, 720), (x + lean / 2, top + 70), (x + lean, top), fill="#8A7A2E", width=3)
            for grain in range(6):
                y = top + grain * 11
                shift = lean - grain * lean / 12
                canvas.oval(x + shift - 6, y, 5, 8, colour)
                canvas.oval(x + shift + 6, y + 4, 5, 8, colour)


def furrows(canvas: Canvas, chance: random.Random) -> None:
    """Ploughed rows that run towards the hills."""
    canvas.shape((0, 540), (canvas.width, 500), (canvas.width, 720), (0, 720), fill="#A98A4A")
    end = (760, 470)
    for place in range(-9, 22):
        x = place * 100
        canvas.shape(
            (x, 724),
            (x + 48, 724),
            (end[0] + place * 16 + 6, 512),
            (end[0] + place * 16, 512),
            fill="#7F9236",
        )
    canvas.hill(508, 5, "#85994F", chance)
    canvas.shape((0, 560), (canvas.width, 556), (canvas.width, 720), (0, 720), fill="#B4945A")
    for place in range(-14, 28):
        x = 640 + place * 96
        near = 640 + place * 30
        canvas.shape((x, 724), (x + 52, 724), (near + 15, 560), (near, 560), fill="#70842C")


def canal(canvas: Canvas, chance: random.Random) -> None:
    """A straight canal between two banks."""
    canvas.shape((500, 724), (560, 520), (600, 470), (632, 470), (760, 520), (1080, 724), fill="#D8CDB8")
    canvas.shape((560, 724), (590, 520), (610, 472), (624, 472), (716, 520), (980, 724), fill="#7FA3B8")
    for place in range(6):
        y = 520 + place * 34
        canvas.line((604 + place * 3, y), (680 + place * 30, y), fill="#A8C3D2", width=3)
    for place, y in enumerate((500, 560, 650)):
        _tree(canvas, 380 - place * 130, y + 40, 40 + place * 26, "#5F7426")


def walker(canvas: Canvas, chance: random.Random) -> None:
    """Somebody with a straw hat and a spade on the bank."""
    x, y = 400, 690
    canvas.line((x + 54, y - 214), (x + 22, y), fill="#6B4E2E", width=7)
    canvas.shape((x + 10, y + 4), (x + 36, y + 4), (x + 32, y + 30), (x + 14, y + 30), fill=_INK)
    canvas.shape(
        (x - 36, y + 34),
        (x - 40, y - 80),
        (x - 20, y - 118),
        (x + 20, y - 118),
        (x + 40, y - 80),
        (x + 36, y + 34),
        fill="#2C5788",
    )
    canvas.line((x + 34, y - 90), (x + 62, y - 60), (x + 44, y - 120), fill="#2C5788", width=17)
    canvas.circle(x, y - 138, 25, "#D9A27A")
    canvas.oval(x, y - 152, 58, 13, "#C8892B")
    canvas.oval(x, y - 166, 28, 20, "#D9A445")


def roofs(canvas: Canvas, chance: random.Random) -> None:
    """White houses under dark tiles, near by."""
    for x, y, width in ((40, 520, 250), (250, 480, 300), (590, 540, 260), (800, 490, 330), (1080, 540, 240)):
        _house(canvas, (x, y), width, (_WALL, _TILE, "#5E7288"))


def lit_roofs(canvas: Canvas, chance: random.Random) -> None:
    """The same houses at night, with light in the windows."""
    for x, y, width in ((20, 530, 260), (240, 490, 300), (560, 550, 270), (800, 500, 330), (1100, 550, 240)):
        _house(canvas, (x, y), width, ("#8391A0", "#1B2530", "#EDB95A"))


def hamlet(canvas: Canvas, chance: random.Random) -> None:
    """A few small houses on the slopes."""
    for x, y, width in ((250, 486, 90), (345, 500, 74), (820, 540, 100), (930, 520, 80), (560, 600, 110)):
        _cottage(canvas, x, y, width, "#C8892B")


def blocks(canvas: Canvas, chance: random.Random) -> None:
    """A small town: house fronts and a tree-lined street."""
    canvas.box(0, 600, canvas.width, 720, "#E4DCD0")
    x = 20
    for width, height, colour in (
        (150, 230, "#E9DFCC"),
        (190, 320, "#D8C9AB"),
        (130, 190, "#F1EADB"),
        (240, 270, "#EADBBB"),
        (160, 360, "#DED2BA"),
        (210, 220, "#F1EADB"),
        (170, 300, "#E0CFA9"),
    ):
        canvas.box(x, 600 - height, x + width, 604, colour)
        canvas.box(x - 6, 592 - height, x + width + 6, 604 - height, "#8A7D70")
        for row in range(int(height / 52) - 1):
            for column in range(int((width - 20) / 42)):
                left, top = x + 20 + column * 42, 622 - height + row * 52
                canvas.box(left, top, left + 20, top + 28, "#7C93A6")
        x += width + 6
    canvas.box(520, 540, 590, 604, _RED)
    canvas.box(0, 604, canvas.width, 612, "#BDB2A6")


def works(canvas: Canvas, chance: random.Random) -> None:
    """A workshop with a saw-tooth roof and stacks of bamboo."""
    for place in range(4):
        x = 420 + place * 170
        canvas.shape((x, 470), (x + 170, 400), (x + 170, 470), fill=_TILE)
        canvas.box(x + 138, 412, x + 164, 462, "#9DB4C2")
    canvas.box(420, 468, 1100, 640, "#EFE4CF")
    for place in range(6):
        canvas.box(460 + place * 108, 500, 520 + place * 108, 560, "#7C93A6")
    canvas.box(700, 570, 790, 640, _RED)
    canvas.box(0, 636, canvas.width, 720, "#C9AE78")
    for row in range(4):
        for place in range(9 - row):
            canvas.circle(170 + place * 30 + row * 15, 660 - row * 26, 15, "#A9822F")
            canvas.circle(170 + place * 30 + row * 15, 660 - row * 26, 8, "#E3CDA6")


def road(canvas: Canvas, chance: random.Random) -> None:
    """A road that winds away."""
    left, right = [], []
    for step in range(41):
        t = step / 40
        y = 724 - t * 250
        wide = 150 * (1 - t) ** 1.6 + 5
        x = 520 + 190 * math.sin(t * 5.4) * (1 - t * 0.55) + t * 150
        left.append((x - wide, y))
        right.append((x + wide, y))
    canvas.shape(*left, *reversed(right), fill="#EADFCB")
    for step in range(0, 30, 3):
        middle = [((left[s][0] + right[s][0]) / 2, left[s][1]) for s in (step, step + 1)]
        canvas.line(*middle, fill="#C8892B", width=max(7 - step / 5, 1.5))


def trees(canvas: Canvas, chance: random.Random) -> None:
    """A big tree at the right and a smaller one beside it."""
    _tree(canvas, 1120, 690, 118, "#4F611A")
    _tree(canvas, 985, 676, 62, "#6C8029")


def _tree(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    canvas.shape(
        (x - size * 0.09, y),
        (x - size * 0.05, y - size),
        (x + size * 0.05, y - size),
        (x + size * 0.09, y),
        fill="#5B4630",
    )
    for dx, dy, r in (
        (-0.5, -1.1, 0.5),
        (0.5, -1.15, 0.52),
        (0, -1.6, 0.62),
        (-0.1, -1.0, 0.5),
        (0.12, -1.3, 0.6),
    ):
        canvas.circle(x + dx * size, y + dy * size, r * size, colour)


def _cottage(canvas: Canvas, x: float, y: float, width: float, window: str) -> None:
    """Draw a small house far away whose eaves are at `y`."""
    _walls(canvas, (x, y), width, y + width * 0.42, (_WALL, _TILE, window))


def _house(canvas: Canvas, spot: tuple[float, float], width: float, colours: tuple[str, str, str]) -> None:
    """Draw a house near by whose eaves are at `spot`; it stands down to the picture's edge."""
    x, y = spot
    _walls(canvas, spot, width, canvas.height + 4, colours)
    canvas.box(x + width * 0.44, y + width * 0.2, x + width * 0.56, canvas.height + 4, _RED)


def _walls(
    canvas: Canvas, spot: tuple[float, float], width: float, foot: float, colours: tuple[str, str, str]
) -> None:
    """Draw wall, roof and windows in the three `colours`; `spot` is the left end of the eaves."""
    x, y = spot
    wall, tile, window = colours
    rise = width * 0.3
    canvas.box(x, y - 2, x + width, foot, wall)
    canvas.shape(
        (x - width * 0.07, y),
        (x + width * 0.16, y - rise),
        (x + width * 0.84, y - rise),
        (x + width * 1.07, y),
        fill=tile,
    )
    canvas.box(x + width * 0.14, y - rise - width * 0.025, x + width * 0.86, y - rise + width * 0.015, tile)
    for share in (0.16, 0.62):
        left = x + width * share
        canvas.box(left, y + width * 0.1, left + width * 0.2, y + width * 0.28, window)
