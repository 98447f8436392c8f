"""Things of daily use that a slide can show: one function each."""

from .palette import BLUE_SOFT, GREEN, GREEN_SOFT, INK, INK_SOFT, PAPER, RED, SURFACE, WHEAT, WHEAT_SOFT
from .pen import Pen, bezier


def eye(pen: Pen) -> None:
    """A magnifying glass over a leaf."""
    pen.line((62, 62), (88, 88), width=8)
    pen.circle(42, 42, 30, fill=SURFACE)
    outline = [
        *bezier([(28, 56), (24, 32), (42, 28), (58, 28)]),
        *bezier([(58, 28), (60, 46), (48, 60), (28, 56)]),
    ]
    pen.shape(*outline, fill=GREEN_SOFT, outline=GREEN, width=3)
    pen.line((24, 60), (48, 38), color=GREEN, width=3)


def search(pen: Pen) -> None:
    """A magnifying glass over lines of text."""
    pen.box(10, 10, 74, 84, fill=SURFACE)
    for y in (28, 42):
        pen.line((24, y), (60, y), color=INK_SOFT)
    pen.line((72, 76), (90, 92), width=7)
    pen.circle(58, 62, 19, fill=WHEAT_SOFT)


def clock(pen: Pen) -> None:
    """A clock."""
    pen.circle(50, 50, 39, fill=SURFACE)
    for x, y in ((50, 18), (82, 50), (50, 82), (18, 50)):
        pen.circle(x, y, 2, fill=INK, width=0)
    pen.line((50, 50), (50, 26), width=5)
    pen.line((50, 50), (67, 59), color=RED, width=5)


def calendar(pen: Pen) -> None:
    """A sheet of a calendar."""
    pen.box(12, 18, 88, 88, fill=SURFACE)
    pen.box(12, 18, 88, 40, fill=WHEAT_SOFT)
    for x in (32, 68):
        pen.line((x, 10), (x, 26), width=5)
    for row in range(2):
        for column in range(4):
            marked = (row, column) == (1, 1)
            pen.box(
                22 + column * 15,
                50 + row * 17,
                32 + column * 15,
                60 + row * 17,
                corner=2,
                width=0,
                fill=RED if marked else WHEAT_SOFT,
            )


def pin(pen: Pen) -> None:
    """A note with a pin."""
    pen.shape((18, 26), (82, 20), (86, 84), (22, 90), fill=WHEAT_SOFT)
    for y in (50, 64):
        pen.line((34, y), (72, y - 3.5), color=INK_SOFT)
    pen.circle(50, 22, 9, fill=RED)


def document(pen: Pen) -> None:
    """A sheet of paper with lines."""
    pen.shape((20, 8), (62, 8), (80, 26), (80, 92), (20, 92), fill=SURFACE)
    pen.shape((62, 8), (62, 26), (80, 26), fill=WHEAT_SOFT)
    for y, right in ((42, 68), (56, 68), (70, 54)):
        pen.line((33, y), (right, y), color=INK_SOFT)


def book(pen: Pen) -> None:
    """An open book."""
    for side in (-1, 1):
        pen.shape(
            (50, 26),
            *bezier([(50, 26), (50 + side * 14, 14), (50 + side * 30, 16), (50 + side * 42, 20)]),
            (50 + side * 42, 78),
            *bezier([(50 + side * 42, 78), (50 + side * 26, 72), (50 + side * 12, 76), (50, 86)]),
            fill=SURFACE if side < 0 else WHEAT_SOFT,
        )
    for y in (36, 48, 60):
        pen.line((18, y - 2), (40, y + 2), color=INK_SOFT, width=3)


def stamp(pen: Pen) -> None:
    """A seal above its print."""
    pen.circle(50, 22, 12, fill=WHEAT)
    pen.shape((44, 32), (56, 32), (60, 54), (40, 54), fill=WHEAT)
    pen.box(24, 52, 76, 68, fill=WHEAT_SOFT)
    pen.line((20, 82), (80, 82), color=RED, width=6)


def steps(pen: Pen) -> None:
    """Three steps upwards."""
    for place, colour in enumerate((BLUE_SOFT, WHEAT_SOFT, GREEN_SOFT)):
        pen.box(10 + place * 27, 62 - place * 20, 36 + place * 27, 90, fill=colour, corner=3)


def house(pen: Pen) -> None:
    """A house with a tiled roof."""
    pen.box(20, 44, 80, 90, fill=SURFACE, corner=2)
    pen.shape((8, 48), (50, 14), (92, 48), fill=WHEAT)
    pen.box(43, 62, 59, 90, fill=RED, corner=1, width=3)
    pen.box(27, 58, 38, 69, fill=BLUE_SOFT, corner=1, width=3)
    pen.box(64, 58, 75, 69, fill=BLUE_SOFT, corner=1, width=3)


def truck(pen: Pen) -> None:
    """A delivery truck."""
    pen.box(6, 28, 60, 70, fill=WHEAT_SOFT)
    pen.shape((60, 40), (80, 40), (94, 56), (94, 70), (60, 70), fill=SURFACE)
    pen.line((72, 44), (72, 55), (88, 55), width=3)
    for x in (26, 76):
        pen.circle(x, 74, 9, fill=INK_SOFT)
        pen.circle(x, 74, 3, fill=PAPER, width=0)


def basket(pen: Pen) -> None:
    """A basket of fruit."""
    for x, y, colour in ((34, 42, RED), (52, 36, WHEAT), (68, 43, RED)):
        pen.circle(x, y, 12, fill=colour)
    pen.shape((12, 50), (88, 50), (76, 90), (24, 90), fill=WHEAT_SOFT)
    for y in (63, 76):
        pen.line((20, y), (80, y), color=WHEAT, width=3)


def coin(pen: Pen) -> None:
    """Coins in a pile and one that stands."""
    for y in (84, 74, 64):
        pen.oval(34, y, 26, 8, fill=WHEAT_SOFT)
    pen.circle(64, 38, 27, fill=WHEAT)
    pen.line((53, 24), (64, 37), (75, 24), width=4)
    pen.line((64, 37), (64, 55), width=4)
    for y in (39, 47):
        pen.line((54, y), (74, y), width=4)


def phone(pen: Pen) -> None:
    """A mobile phone."""
    pen.box(26, 6, 74, 94, fill=INK_SOFT, corner=10)
    pen.box(32, 16, 68, 80, fill=SURFACE, corner=2, width=0)
    pen.circle(50, 87, 2.6, fill=PAPER, width=0)
    pen.box(38, 26, 62, 36, fill=WHEAT_SOFT, corner=3, width=0)
    pen.line((39, 47), (61, 47), color=INK_SOFT, width=3)
    pen.line((39, 56), (54, 56), color=INK_SOFT, width=3)
    pen.box(40, 65, 60, 73, fill=RED, corner=4, width=0)


def plug(pen: Pen) -> None:
    """A plug drawn from its socket."""
    pen.box(6, 22, 40, 78, fill=SURFACE)
    for y in (40, 60):
        pen.circle(26, y, 3.5, fill=INK, width=0)
    for y in (40, 60):
        pen.line((48, y), (60, y), width=5)
    pen.box(60, 28, 82, 72, fill=WHEAT_SOFT)
    pen.curve((82, 50), (96, 50), (90, 80), (97, 92), width=5)


def shield(pen: Pen) -> None:
    """A shield with a tick."""
    pen.shape(
        (50, 8),
        (86, 20),
        *bezier([(86, 20), (90, 66), (70, 84), (50, 94)]),
        *bezier([(50, 94), (30, 84), (10, 66), (14, 20)]),
        fill=GREEN_SOFT,
    )
    pen.line((33, 50), (46, 63), (68, 36), color=RED, width=7)


def lock(pen: Pen) -> None:
    """A padlock."""
    pen.curve((30, 48), (26, -4), (74, -4), (70, 48), width=7)
    pen.box(18, 44, 82, 92, fill=WHEAT)
    pen.circle(50, 64, 6, fill=INK, width=0)
    pen.line((50, 66), (50, 77), width=5)


def gear(pen: Pen) -> None:
    """A gear wheel."""
    for turn in range(0, 180, 45):
        pen.oval(50, 50, 42, 7, fill=INK_SOFT, width=0, turn=turn)
    pen.circle(50, 50, 30, fill=WHEAT_SOFT, outline=INK_SOFT, width=6)
    pen.circle(50, 50, 11, fill=PAPER, outline=INK_SOFT, width=5)


def helmet(pen: Pen) -> None:
    """A safety helmet."""
    pen.shape(*bezier([(16, 66), (14, 8), (86, 8), (84, 66)]), fill=WHEAT)
    pen.curve((40, 64), (38, 40), (42, 26), width=3)
    pen.curve((60, 64), (62, 40), (58, 26), width=3)
    pen.box(6, 62, 94, 76, fill=WHEAT, corner=7)


def extinguisher(pen: Pen) -> None:
    """A fire extinguisher."""
    pen.curve((50, 22), (20, 14), (14, 46), (22, 64), width=5)
    pen.shape((17, 62), (27, 62), (30, 78), (14, 78), fill=INK_SOFT)
    pen.box(36, 30, 74, 94, fill=RED, corner=10)
    pen.box(36, 52, 74, 72, fill=SURFACE, corner=0, width=3)
    pen.box(47, 18, 63, 32, fill=INK_SOFT, corner=3)
    pen.line((46, 12), (80, 8), width=5)
    pen.line((60, 20), (80, 20), width=5)


def fridge(pen: Pen) -> None:
    """A refrigerator."""
    pen.box(24, 6, 76, 94, fill=BLUE_SOFT)
    pen.line((24, 40), (76, 40))
    pen.line((34, 22), (34, 32), width=5)
    pen.line((34, 50), (34, 66), width=5)


def knife(pen: Pen) -> None:
    """A kitchen knife on its board."""
    pen.box(8, 56, 92, 88, fill=WHEAT_SOFT, corner=8)
    pen.shape((10, 20), (62, 20), (62, 46), (18, 46), fill=SURFACE)
    pen.box(62, 24, 92, 36, fill=WHEAT, corner=5)
    pen.line((22, 72), (60, 72), color=WHEAT, width=3)


def pot(pen: Pen) -> None:
    """A steaming pot."""
    for x in (36, 50, 64):
        pen.curve((x, 32), (x - 8, 24), (x + 8, 18), (x, 8), color=INK_SOFT, width=3)
    pen.box(18, 46, 82, 88, fill=WHEAT_SOFT, corner=10)
    pen.line((12, 46), (88, 46), width=6)
    for x, rim in ((8, 18), (92, 82)):
        pen.line((x, 60), (rim, 60), width=6)


def bowl(pen: Pen) -> None:
    """A bowl of rice and chopsticks."""
    pen.line((60, 34), (88, 6), color=WHEAT)
    pen.line((66, 38), (94, 14), color=WHEAT)
    for x, y in ((36, 42), (50, 36), (64, 42)):
        pen.circle(x, y, 13, fill=SURFACE, width=3)
    pen.shape(*bezier([(10, 48), (14, 104), (86, 104), (90, 48)]), fill=RED)
    pen.box(34, 86, 66, 94, fill=RED, corner=2)


def cross(pen: Pen) -> None:
    """A first-aid box."""
    pen.line((38, 28), (38, 16), (62, 16), (62, 28), width=5)
    pen.box(8, 28, 92, 88, fill=SURFACE, corner=8)
    pen.line((50, 42), (50, 74), color=RED, width=10)
    pen.line((34, 58), (66, 58), color=RED, width=10)


def counter(pen: Pen) -> None:
    """A service counter with its clerk."""
    pen.shape(*bezier([(26, 62), (26, 30), (74, 30), (74, 62)]), fill=BLUE_SOFT)
    pen.circle(50, 26, 13, fill=PAPER)
    pen.box(8, 60, 92, 74, fill=WHEAT, corner=3)
    pen.box(14, 74, 86, 94, fill=WHEAT_SOFT, corner=1)
    pen.box(64, 52, 82, 60, fill=SURFACE, corner=1, width=3)
