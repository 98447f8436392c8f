"""Plants, weather and people that a slide can show: one function each."""

from .palette import BLUE_SOFT, GREEN, GREEN_SOFT, INK, INK_SOFT, PAPER, RED, SURFACE, WHEAT, WHEAT_SOFT
from .pen import Pen, bezier


def wheat(pen: Pen) -> None:
    """Three ears of wheat."""
    for x, top, lean in ((50, 12, 0), (28, 26, -12), (72, 26, 12)):
        pen.curve((50, 94), (50 + lean / 2, 70), (x, top + 20), width=3, color=GREEN)
        pen.oval(x, top + 2, 4, 8, fill=WHEAT, width=0, turn=lean)
        for row in range(4):
            y = top + 12 + row * 10
            for side in (-1, 1):
                pen.oval(
                    x + side * 6.5 - lean * row * 0.12, y, 4, 7.5, fill=WHEAT, width=0, turn=side * 32 + lean
                )


def leaf(pen: Pen) -> None:
    """A leaf with a vein."""
    outline = [
        *bezier([(22, 82), (8, 30), (50, 14), (84, 16)]),
        *bezier([(84, 16), (90, 56), (66, 92), (22, 82)]),
    ]
    pen.shape(*outline, fill=GREEN_SOFT, outline=GREEN)
    pen.curve((12, 92), (30, 70), (66, 34), color=GREEN)
    pen.line((40, 62), (40, 44), color=GREEN, width=3)
    pen.line((52, 50), (70, 52), color=GREEN, width=3)


def sprout(pen: Pen) -> None:
    """A sprout in the ground."""
    pen.oval(50, 88, 38, 9, fill=WHEAT_SOFT, outline=WHEAT)
    pen.curve((50, 84), (50, 60), (50, 42), color=GREEN, width=5)
    right = [
        *bezier([(50, 50), (54, 18), (76, 16), (90, 20)]),
        *bezier([(90, 20), (88, 46), (70, 56), (50, 50)]),
    ]
    left = [
        *bezier([(50, 62), (46, 36), (28, 34), (12, 38)]),
        *bezier([(12, 38), (16, 60), (34, 68), (50, 62)]),
    ]
    pen.shape(*right, fill=GREEN_SOFT, outline=GREEN)
    pen.shape(*left, fill=GREEN_SOFT, outline=GREEN)


def moth(pen: Pen) -> None:
    """A caterpillar, with the fork on its head and four dots at its tail."""
    for x, y in ((18, 62), (31, 54), (44, 51), (57, 54), (70, 58)):
        pen.circle(x, y, 13, fill=GREEN_SOFT, outline=GREEN)
    pen.circle(83, 50, 14, fill=WHEAT_SOFT)
    pen.line((83, 42), (83, 51), width=2.5)
    pen.line((83, 51), (77, 58), width=2.5)
    pen.line((83, 51), (89, 58), width=2.5)
    for x, y in ((14, 58), (22, 58), (14, 66), (22, 66)):
        pen.circle(x, y, 1.8, fill=INK, width=0)
    pen.curve((6, 86), (50, 78), (96, 88), color=GREEN, width=5)


def mushroom(pen: Pen) -> None:
    """A mushroom that is crossed out."""
    pen.box(40, 50, 60, 88, fill=PAPER, corner=8)
    pen.shape(*bezier([(12, 54), (14, 6), (86, 6), (88, 54)]), fill=WHEAT_SOFT)
    for x, y in ((36, 38), (54, 28), (68, 42)):
        pen.circle(x, y, 4.5, fill=WHEAT, width=0)
    pen.line((14, 90), (86, 12), color=RED, width=6)


def drop(pen: Pen) -> None:
    """A drop of water."""
    pen.shape(
        *bezier([(50, 8), (30, 38), (16, 52), (18, 66)]),
        *bezier([(18, 66), (22, 100), (78, 100), (82, 66)]),
        *bezier([(82, 66), (84, 52), (70, 38), (50, 8)]),
        fill=BLUE_SOFT,
    )
    pen.curve((32, 66), (34, 78), (46, 80), color=SURFACE, width=5)


def rain(pen: Pen) -> None:
    """A cloud and its rain."""
    for x, y, r in ((34, 40, 18), (54, 32, 20), (70, 44, 15)):
        pen.circle(x, y, r, fill=BLUE_SOFT)
    pen.box(22, 40, 80, 58, fill=BLUE_SOFT, corner=9, width=0)
    pen.line((24, 58), (78, 58))
    for x in (30, 50, 70):
        pen.line((x, 70), (x - 6, 86), color=INK_SOFT)


def flame(pen: Pen) -> None:
    """A flame over a pan."""
    pen.shape(
        *bezier([(50, 6), (62, 26), (84, 36), (70, 62)]),
        *bezier([(70, 62), (56, 74), (40, 74), (28, 60)]),
        *bezier([(28, 60), (18, 40), (46, 34), (50, 6)]),
        fill=RED,
        width=0,
    )
    pen.shape(
        *bezier([(50, 34), (56, 46), (66, 50), (58, 64)]),
        *bezier([(58, 64), (50, 70), (42, 66), (40, 60)]),
        *bezier([(40, 60), (38, 50), (50, 48), (50, 34)]),
        fill=WHEAT,
        width=0,
    )
    pen.shape((12, 70), (72, 70), (66, 90), (20, 90), fill=INK_SOFT)
    pen.line((74, 74), (96, 68), width=6)


def heart(pen: Pen) -> None:
    """A heart with its beat."""
    pen.shape(
        *bezier([(50, 88), (-16, 46), (18, -8), (50, 26)]),
        *bezier([(50, 26), (82, -8), (116, 46), (50, 88)]),
        fill=RED,
        width=0,
    )
    pen.line((14, 50), (36, 50), (44, 34), (54, 64), (62, 50), (86, 50), color=SURFACE, width=4)


def people(pen: Pen) -> None:
    """Three people side by side."""
    for x, y, colour in ((24, 40, BLUE_SOFT), (76, 40, GREEN_SOFT), (50, 34, WHEAT_SOFT)):
        pen.shape(*bezier([(x - 20, 88), (x - 20, y + 8), (x + 20, y + 8), (x + 20, 88)]), fill=colour)
        pen.circle(x, y - 6, 12, fill=PAPER)


def hands(pen: Pen) -> None:
    """Two hands that meet."""
    pen.shape((4, 38), (26, 32), (50, 44), (62, 58), (54, 66), (40, 62), (26, 66), (4, 62), fill=WHEAT_SOFT)
    pen.shape((96, 38), (74, 32), (58, 36), (42, 50), (48, 57), (60, 50), (78, 66), (96, 62), fill=BLUE_SOFT)
    for x in (4, 96):
        pen.line((x, 32), (x, 68), color=RED, width=6)


def run(pen: Pen) -> None:
    """A walker."""
    pen.circle(58, 17, 9, fill=WHEAT_SOFT)
    pen.line((54, 32), (46, 58), width=7)
    pen.line((54, 34), (70, 44), (82, 40), width=5)
    pen.line((53, 34), (38, 40), (32, 54), width=5)
    pen.line((46, 58), (62, 70), (64, 90), width=6)
    pen.line((46, 58), (38, 74), (20, 82), width=6)


def road(pen: Pen) -> None:
    """A road that winds to the hills."""
    pen.circle(72, 26, 12, fill=WHEAT, width=0)
    pen.shape(*bezier([(2, 52), (26, 18), (40, 40), (58, 52)]), fill=GREEN_SOFT, width=0)
    pen.shape(*bezier([(38, 52), (60, 22), (80, 34), (98, 52)]), fill=GREEN_SOFT, outline=GREEN, width=0)
    pen.line((2, 52), (98, 52), color=GREEN)
    left = bezier([(14, 94), (30, 74), (70, 70), (48, 54)])
    right = bezier([(54, 54), (88, 70), (64, 78), (58, 94)])
    pen.shape(*left, *right, fill=WHEAT_SOFT)
