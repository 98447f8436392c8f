"""One function for each thing that a slide can show."""

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


def house(pen: Pen) -> None:
    """A house with a tiled roof."""
    pen.box(20, 44, 80, 90, fill=SURFACE, corner=2)
    pen.shape((8, 48), (50, 14), (92, 48), fill=WHEAT)
    pen.box(43, 62, 59, 90, fill=RED, corner=1, width=3)
    pen.box(27, 58, 38, 69, fill=BLUE_SOFT, corner=1, width=3)
    pen.box(64, 58, 75, 69, fill=BLUE_SOFT, corner=1, width=3)


def road(pen: Pen) -> None:
    """A road that winds to the hills."""
    pen.circle(72, 26, 12, fill=WHEAT, width=0)
    pen.shape(*bezier([(2, 52), (26, 18), (40, 40), (58, 52)]), fill=GREEN_SOFT, width=0)
    pen.shape(*bezier([(38, 52), (60, 22), (80, 34), (98, 52)]), fill=GREEN_SOFT, outline=GREEN, width=0)
    pen.line((2, 52), (98, 52), color=GREEN)
    left = bezier([(14, 94), (30, 74), (70, 70), (48, 54)])
    right = bezier([(54, 54), (88, 70), (64, 78), (58, 94)])
    pen.shape(*left, *right, fill=WHEAT_SOFT)


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
    for x in (8, 92):
        pen.line((x, 60), (18 if x < 50 else 82, 60), width=6)


def bowl(pen: Pen) -> None:
    """A bowl of rice and chopsticks."""
    pen.line((60, 34), (88, 6), color=WHEAT)
    pen.line((66, 38), (94, 14), color=WHEAT)
    for x, y in ((36, 42), (50, 36), (64, 42)):
        pen.circle(x, y, 13, fill=SURFACE, width=3)
    pen.shape(*bezier([(10, 48), (14, 104), (86, 104), (90, 48)]), fill=RED)
    pen.box(34, 86, 66, 94, fill=RED, corner=2)


def heart(pen: Pen) -> None:
    """A heart with its beat."""
    pen.shape(
        *bezier([(50, 88), (-16, 46), (18, -8), (50, 26)]),
        *bezier([(50, 26), (82, -8), (116, 46), (50, 88)]),
        fill=RED,
        width=0,
    )
    pen.line((14, 50), (36, 50), (44, 34), (54, 64), (62, 50), (86, 50), color=SURFACE, width=4)


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
