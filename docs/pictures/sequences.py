"""Sizes, windows, time, directions and masks."""

from draw import Picture


def shapes():
    p, a = Picture(640, 322, "Shapes: U (n_h, n_i), W (n_h, n_h), V (n_o, n_h)"), 22
    n_i, n_h, n_o = 3, 4, 2

    def factor(x, middle, rows, columns, kind, name, size):
        """A matrix by its left edge and its middle; its right edge."""
        p.cells(x, middle - rows * a / 2, rows, columns, a, kind)
        center = x + columns * a / 2
        p.math(center, middle - rows * a / 2 - 16, name)
        p.math(center, middle + rows * a / 2 + 15, size, 14, light=True)
        return x + columns * a

    def symbol(x, middle, text):
        p.math(x, middle, text, 22)

    y = 96
    x = factor(40, y, n_h, 1, "state", "h_t", "(n_h)")
    symbol(x + 40, y, "= f (")
    x = factor(x + 80, y, n_h, n_i, "weight", "U", "(n_h, n_i)")
    x = factor(x + 30, y, n_i, 1, "input", "x_t", "(n_i)")
    symbol(x + 28, y, "+")
    x = factor(x + 56, y, n_h, n_h, "weight", "W", "(n_h, n_h)")
    x = factor(x + 30, y, n_h, 1, "state", "h_{t-1}", "(n_h)")
    symbol(x + 28, y, "+")
    x = factor(x + 56, y, n_h, 1, "weight", "b", "(n_h)")
    symbol(x + 18, y, ")")
    y = 246
    x = factor(40, y, n_o, 1, "output", "y_t", "(n_o)")
    symbol(x + 40, y, "=")
    x = factor(x + 80, y, n_o, n_h, "weight", "V", "(n_o, n_h)")
    x = factor(x + 30, y, n_h, 1, "state", "h_t", "(n_h)")
    symbol(x + 28, y, "+")
    x = factor(x + 56, y, n_o, 1, "weight", "c", "(n_o)")
    p.text(530, y, "here n_i = 3, n_h = 4, n_o = 2", 14, light=True)
    return p


def windows():
    points, tau, side, top = 8, 4, 36, 46
    count = points - tau + 1
    p = Picture(800, 376, "Windows: a series of N + 1 points cut into M overlapping windows of tau steps")

    def strip(left, y, first, length, kind, letter):
        """Points of the series, each in its place."""
        p.rect(left + first * side, y, length * side, 28, kind, 0)
        for t in range(first, first + length):
            index = "N" if t == points - 1 else t
            p.math(left + (t + 0.5) * side, y + 14, f"{letter}_{index}")

    left, right = 76, 490
    middle = points * side / 2
    p.text(left + middle, 26, "the series: N + 1 points of n_i values", 14, light=True)
    strip(left, top, 0, points, "input", "x")
    for m in range(count):
        y = top + 52 + m * 38
        p.math(left - 12, y + 14, f"m = {m}", 15, "z", light=True)
        strip(left, y, m, tau, "input", "x")
    p.text(left + middle, 304, "M windows of τ steps: (M, τ, n_i), M = N + 2 - τ", 14, light=True)
    p.text(right + middle, 26, "P_t = U x_t + b, once for each point", 14, light=True)
    strip(right, top, 0, points, "weight", "P")
    for k in range(tau):
        y = top + 52 + k * 50
        p.math(right - 12, y + 14, f"k = {k}", 15, "z", light=True)
        strip(right, y, k, count, "weight", "P")
    p.text(right + middle, 304, "step k of all windows: M points in a row", 14, light=True)
    p.rect(76, 326, 702, 36, "plain", 8, dashed=True)
    p.text(92, 344, "all windows m together, h_m = 0 first, for k = 0 to τ - 1:", 14, "a")
    p.math(524, 344, "h_m = f (P_{m+k} + W h_m)", 17, "a")
    return p


def unrolled():
    p = Picture(800, 250, "The recurrent layer over tau steps from h = 0, and a dense layer on its last output")
    row, steps = 116, ((158, "0"), (288, "1"), (500, "{τ-1}"))
    p.rect(80, 16, 486, 174, "plain", 12, dashed=True)
    p.text(92, 34, "SimpleRnn: the same U, W, b at every step", 13, "a", light=True)
    p.rect(612, 16, 88, 174, "plain", 12, dashed=True)
    p.text(656, 34, "Dense", 13, light=True)
    for start, end in ((72, 122), (194, 252), (324, 366), (408, 464), (536, 628), (684, 732)):
        p.wire((start, row), (end, row))
    p.text(388, row - 5, "\u2026", 24)
    for x, index in steps:
        p.wire((x, 196), (x, row + 24))
        p.box(x, row, "f", "gate", 72, 48, 18, 10)
        p.math(x + 12, 174, "U, b", 15, "a")
        p.box(x, 212, f"x_{index}", "input", 60)
    for x, text in ((222, "h_0"), (342, "h_1"), (434, "h_{τ-2}"), (589, "h_{τ-1}")):
        p.math(x, row - 18, text)
    for x in (101, 222, 434):
        p.math(x, row + 15, "W", 15)
    p.box(44, row, "h = 0", "state", 56)
    p.box(656, row, "V, c", "weight", 56)
    p.box(760, row, "y", "output", 56)
    return p


def directions():
    steps, side = range(4), 66
    p = Picture(800, 512, "Directions: the order in which steps are computed and outputs are written")

    def strip(left, y, names, kind, last=None, width=48, gap=side):
        """One box a step, that of the last output thick."""
        corners = [(left + t * gap - width / 2, y - 15) for t in steps]
        p.boxes(corners, width, 30, kind)
        if last is not None:
            p.rect(*corners[last], width, 30, kind, 0, thick=3)
        for t, name in enumerate(names):
            p.math(left + t * gap, y, name)

    def row(left, y, backwards=False, gap=side):
        """The cells, and the state that goes from one to the next."""
        centers = [left + t * gap for t in steps]
        if backwards:
            centers = [centers[-1] + gap, *centers[::-1]]
        else:
            centers = [centers[0] - gap, *centers]
        way = -1 if backwards else 1
        for first, (start, end) in enumerate(zip(centers, centers[1:])):
            p.wire((start + way * (16 if first else gap - 36), y), (end - way * 16, y))
            p.box(end, y, "f", "gate", 32, 30, round=9)

    def panel(left, top, word, about):
        p.text(left, top, word, 15, "a")
        p.text(left, top + 20, about, 13, "a", light=True)

    def lines(left, start, end, gap=side, over=False):
        for t in steps:
            p.wire((left + t * gap, start), (left + t * gap, end), over=over)

    h, x = [f"h_{t}" for t in steps], [f"x_{t}" for t in steps]
    for left, top, word, about, backwards, last in (
        (80, 24, "forward", "from the first step to the last", False, 3),
        (484, 24, "reverse", "from the last step, outputs in the order of time", True, 0),
        (80, 266, "go_backwards", "from the last step, outputs in the order of computation", False, 3),
    ):
        order = -1 if word == "go_backwards" else 1
        panel(left - 56, top, word, about)
        strip(left, top + 60, h[::order], "state", last)
        row(left, top + 122, backwards)
        strip(left, top + 184, x[::order], "input")
        lines(left, top + 169, top + 137)
        lines(left, top + 107, top + 75)
    left, top, gap = 484, 266, 80
    panel(left - 56, top, "bidirectional, merge = concat", "at each step the forward half, then the backward one")
    row(left - 17, top + 108, gap=gap)
    row(left + 17, top + 150, True, gap)
    for half, cell, kind, last in ((-17, 108, "state", 3), (17, 150, "output", 0)):
        lines(left + half, top + 183, top + cell + 15, gap, over=half < 0)
        lines(left + half, top + cell - 15, top + 75, gap, over=half > 0)
        strip(left + half, top + 60, h, kind, last, 34, gap)
    strip(left, top + 198, x, "input", None, 68, gap)
    p.rect(24, 486, 24, 14, "state", 0, thick=3)
    p.text(58, 493, "Outputs::Last: what each direction computes last", 13, "a", light=True)
    return p


def masks():
    side, left = 52, 214
    p = Picture(800, 470, "Lengths and masks: what is computed, held, repeated and zero")

    def row(y, name, cells, marks, kind, last="", state=""):
        """A box a step; those that are not marked are dull."""
        p.text(left - 14, y, name, 13, "z")
        for mark, fill in (("1", kind), ("0", "dull")):
            p.boxes([(left + t * side, y - 14) for t in range(7) if marks[t] == mark], side - 4, 28, fill)
        for t, (cell, mark) in enumerate(zip(cells, marks)):
            p.math(left + t * side + side / 2 - 2, y, cell, light=mark == "0")
        for column, value in ((7.5, last), (9.4, state)):
            if value:
                p.box(left + column * side + 24, y, value, "plain", 66, 28)

    def named(letter, indices):
        return [t if t == "s" else f"{letter}_{t}" for t in indices]

    def heads(y, title):
        p.text(24, y, title, 15, "a")
        p.text(left + 7.5 * side + 24, y, "Outputs::Last", 13, light=True)
        p.text(left + 9.4 * side + 24, y, "final state", 13, light=True)

    some = "1111000"
    heads(28, "lengths: 4 of 7 steps")
    row(62, "x", named("x", "0123456"), some, "input")
    row(100, "output, forward", named("h", "0123") + ["0"] * 3, some, "state", "h_3", "h_3")
    row(134, "output, reverse", named("h", "0123") + ["0"] * 3, some, "state", "h_0", "h_0")
    p.text(left + 5.5 * side, 162, "x is not read here", 12, light=True)
    some, top = "0110010", 206
    heads(top, "mask: 0 1 1 0 0 1 0")
    row(top + 34, "x", named("x", "0123456"), some, "input")
    row(top + 72, "h, forward", named("h", "s122255"), some, "state", "", "h_5")
    row(top + 106, "output, forward", ["0"] + named("h", "122255"), some, "state", "h_5", "h_5")
    row(top + 140, "output, reverse", named("h", "112555") + ["0"], some, "state", "h_1", "h_1")
    row(top + 174, "zero_output_for_mask", ["0", "h_1", "h_2", "0", "0", "h_5", "0"], some, "state", "0", "h_5")
    both = "h_5, h_1"
    row(top + 208, "bidirectional, either half", ["0", "h_1", "h_2", "0", "0", "h_5", "0"], some, "state", both, both)
    p.text(24, 452, "s is the initial state. Grey: held, repeated or zero, nothing is computed.", 13, "a", light=True)
    return p


def delay():
    p = Picture(640, 230, "Delay: the state read is d steps old; here d = 2.5")
    y = 60
    for x, index in ((110, "t-3"), (230, "t-2"), (350, "t-1"), (560, "t")):
        p.box(x, y, f"s_{{{index}}}", "state", 64)
    p.text(48, y, "\u2026", 24)
    p.text(230, 22, "kept: 3 = d rounded up, newest first in a snapshot", 13, light=True)
    p.wire((110, y + 16), (110, 150), (219, 150))
    p.wire((230, y + 16), (230, 139))
    p.wire((241, 150), (422, 150))
    p.wire((478, 150), (560, 150), (560, y + 16))
    p.wire((450, 188), (450, 166))
    p.operator(230, 150, "+")
    p.math(124, 112, "a = 0.5", anchor="a")
    p.math(244, 112, "1 - a", anchor="a")
    p.text(330, 137, "the state read", 13, light=True)
    p.box(450, 150, "cell", "gate", 56, round=9)
    p.box(450, 203, "x_t", "input", 46, 28)
    return p


PICTURES = {
    "shapes": shapes,
    "windows": windows,
    "unrolled": unrolled,
    "directions": directions,
    "masks": masks,
    "delay": delay,
}
