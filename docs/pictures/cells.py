"""The cells: what flows from x_t and the old state to the new one.

In all of them x_t is fed from below and the state goes through from left to right. A weight's box multiplies and adds
the bias named beside it; a circle is an elementwise sum or product.
"""

from typing import NamedTuple

from draw import Picture

TOP = 50  # where the state goes through


class Rows(NamedTuple):
    """From the top to the bottom: carried products, activations, sums, weights, h_{t-1} and x_t."""

    carry: int = 100
    act: int = 152
    sum: int = 205
    box: int = 262
    h: int = 320
    x: int = 366


def up(p, bus, x, top, last=False):
    """From a bus up to a box, over what lies between."""
    p.wire((x, bus), (x, top), over=True)
    if not last:
        p.dot(x, bus)


def gate(p, x, name, rows, function="s", dx=36, last=False):
    """W h and U x + b, their sum and its activation; `last` where the buses end."""
    up(p, rows.h, x - dx, rows.box + 16, last)
    up(p, rows.x, x + dx, rows.box + 16, last)
    for side in (-1, 1):
        p.wire((x + side * dx, rows.box - 16), (x + side * dx, rows.box - 28), (x + side * 8, rows.sum + 8))
    p.box(x - dx, rows.box, f"W_{name}", "weight", 58)
    p.box(x + dx, rows.box, f"U_{name}, b_{name}", "weight", 58)
    p.wire((x, rows.sum - 11), (x, rows.act + 16))
    p.operator(x, rows.sum, "+")
    p.box(x, rows.act, function, "gate", 40, round=9)


def gate_of_x(p, x, name, rows, function="s", last=False):
    """U x + b and its activation."""
    up(p, rows.x, x, rows.box + 16, last)
    p.wire((x, rows.box - 16), (x, rows.act + 16))
    p.box(x, rows.box, f"U_{name}, b_{name}", "weight", 66)
    p.box(x, rows.act, function, "gate", 40, round=9)


def ends(p, *named):
    """Values that come in and go out."""
    for x, y, name in named:
        p.box(x, y, name, "input" if name.startswith("x") else "state", 46)


def simple_rnn():
    p = Picture(640, 300, "SimpleRnn: h_t = f(U x_t + W h_{t-1} + b), and the dense layer y_t = V h_t + c")
    p.rect(100, 92, 330, 164, "plain", 12, dashed=True)
    p.text(112, 108, "SimpleRnn", 13, "a", light=True)
    p.rect(440, 16, 110, 82, "plain", 12, dashed=True)
    p.text(540, 32, "Dense", 13, "z", light=True)
    p.wire((68, 150), (132, 150))
    p.wire((188, 150), (244, 150))
    p.wire((68, 276), (255, 276), (255, 241), over=True)
    p.wire((255, 209), (255, 161))
    p.wire((266, 150), (325, 150))
    p.wire((375, 150), (573, 150))
    p.dot(495, 150)
    p.wire((495, 150), (495, 82))
    p.wire((520, 66), (573, 66))
    p.box(160, 150, "W", "weight", 56)
    p.operator(255, 150, "+")
    p.box(255, 225, "U, b", "weight", 56)
    p.box(350, 150, "f", "gate", 50, round=9)
    p.box(495, 66, "V, c", "weight", 50)
    p.box(596, 66, "y_t", "output", 46)
    ends(p, (45, 150, "h_{t-1}"), (45, 276, "x_t"), (596, 150, "h_t"))
    return p


def gru(after):
    words = "after the product: n = t(U_n x + b_in + r * (W_n h + b_hn))"
    if not after:
        words = "before the product: n = t(U_n x + b_n + W_n (r * h))"
    p, rows = Picture(760, 400, f"Gru, reset {words}; h' = (1 - z) * n + z * h"), Rows()
    z, r, n = 190, 345, 590
    left, right = n - 50, n + 50
    # The old state goes through, as far as z keeps it.
    p.wire((68, TOP), (z - 11, TOP))
    p.wire((z + 11, TOP), (n - 11, TOP))
    p.wire((n + 11, TOP), (692, TOP))
    p.dot(95, TOP)
    p.wire((95, TOP), (95, rows.h), (left, rows.h), arrow=False)
    p.wire((68, rows.x), (right, rows.x), arrow=False)
    gate(p, z, "z", rows)
    gate(p, r, "r", rows)
    p.wire((z, rows.act - 16), (z, TOP + 11))
    p.dot(z, rows.carry)
    p.wire((z, rows.carry), (452, rows.carry))
    p.wire((508, rows.carry), (n - 11, rows.carry))
    p.box(480, rows.carry, "1 - z", "gate", 56, 28, round=9)
    # The candidate.
    up(p, rows.x, right, rows.box + 16, last=True)
    p.wire((right, rows.box - 16), (right, rows.sum), (n + 11, rows.sum))
    if after:
        up(p, rows.h, left, rows.box + 16, last=True)
        p.wire((left, rows.box - 16), (left, rows.sum + 11))
        p.wire((r + 20, rows.act), (left, rows.act), (left, rows.sum - 11))
        p.wire((left + 11, rows.sum), (n - 11, rows.sum))
        p.operator(left, rows.sum, "*")
        p.box(left, rows.box, "W_n, b_{hn}", "weight", 76)
        p.box(right, rows.box, "U_n, b_{in}", "weight", 76)
    else:
        low = 286
        up(p, rows.h, left, low + 11, last=True)
        p.wire((left, low - 11), (left, 252))
        p.wire((left, 220), (left, rows.sum), (n - 11, rows.sum))
        p.wire((r + 20, rows.act), (462, rows.act), (462, low), (left - 11, low))
        p.operator(left, low, "*")
        p.box(left, 236, "W_n", "weight", 58)
        p.box(right, rows.box, "U_n, b_n", "weight", 66)
    for tip, start in ((rows.act + 16, rows.sum), (rows.carry + 11, rows.act - 5), (TOP + 11, rows.carry)):
        p.wire((n, start - 11), (n, tip))
    p.operator(n, rows.sum, "+")
    p.box(n, rows.act, "t", "gate", 40, round=9)
    p.operator(n, rows.carry, "*")
    p.operator(n, TOP, "+")
    p.operator(z, TOP, "*")
    p.math(z - 14, rows.carry + 16, "z")
    p.math(r + 34, rows.act - 12, "r")
    p.math(n + 14, 125, "n")
    p.math(390, TOP - 14, "z * h_{t-1}")
    p.math(n + 62, rows.carry, "(1 - z) * n")
    ends(p, (45, TOP, "h_{t-1}"), (45, rows.x, "x_t"), (715, TOP, "h_t"))
    return p


def memory(p, f, g, out, end):
    """c from the left to the right: forgotten at f, added to at g, read at out."""
    p.wire((68, TOP), (f - 11, TOP))
    p.wire((f + 11, TOP), (g - 11, TOP))
    p.wire((g + 11, TOP), (end, TOP))
    p.dot(out, TOP)


def lstm():
    p = Picture(800, 430, "Lstm: c' = f * c + i * g, h' = o * u(c'); peepholes dashed")
    f, i, g, o, out = 195, 335, 475, 615, 700
    rows = Rows(112, 172, 228, 286, 346, 398)
    memory(p, f, g, out, 732)
    p.wire((68, rows.h), (o - 33, rows.h), arrow=False)
    p.wire((68, rows.x), (o + 33, rows.x), arrow=False)
    for x, name, function in ((f, "f", "s"), (i, "i", "s"), (g, "g", "t"), (o, "o", "s")):
        gate(p, x, name, rows, function, dx=33, last=x == o)
    p.wire((f, rows.act - 16), (f, TOP + 11))
    p.wire((i, rows.act - 16), (i, rows.carry), (g - 11, rows.carry))
    p.wire((g, rows.act - 16), (g, rows.carry + 11))
    p.wire((g, rows.carry - 11), (g, TOP + 11))
    # What goes out.
    p.wire((out, TOP), (out, 90))
    p.wire((out, 122), (out, rows.act - 11))
    p.wire((o + 20, rows.act), (out - 11, rows.act))
    p.wire((out + 11, rows.act), (732, rows.act))
    # The peepholes.
    p.wire((108, TOP), (108, rows.sum), (f - 11, rows.sum), dashed=True)
    p.wire((108, 80), (264, 80), (264, rows.sum), (i - 11, rows.sum), dashed=True, over=True)
    p.wire((545, TOP), (545, rows.sum), (o - 11, rows.sum), dashed=True)
    for x, y in ((108, TOP), (108, 80), (545, TOP)):
        p.dot(x, y)
    for x, name in ((140, "f"), (292, "i"), (573, "o")):
        p.math(x, rows.sum - 13, f"p_{name}")
    p.operator(f, TOP, "*")
    p.operator(g, TOP, "+")
    p.operator(g, rows.carry, "*")
    p.operator(out, rows.act, "*")
    p.box(out, 106, "u", "gate", 40, round=9)
    p.math(f + 14, 104, "f")
    p.math(i + 14, 140, "i")
    p.math(g + 14, 140, "g")
    p.math(o + 36, rows.act - 13, "o")
    ends(p, (45, TOP, "c_{t-1}"), (45, rows.h, "h_{t-1}"), (45, rows.x, "x_t"))
    ends(p, (755, TOP, "c_t"), (755, rows.act, "h_t"))
    return p


def lstm_projection():
    p = Picture(800, 330, "Lstm with a projection: h' = W_hr (o * u(c')), h of P values, c of n_h")
    f, i, g, o, out, carry, act, bus = 345, 425, 495, 575, 655, 112, 172, 228
    memory(p, f, g, out, 732)
    p.wire((68, bus), (131, bus))
    p.wire((209, bus), (249, bus))
    p.wire((68, 290), (131, 290))
    p.wire((209, 290), (260, 290), (260, bus + 11))
    p.wire((271, bus), (o, bus), (o, act + 16))
    for x in (f, i, g):
        p.wire((x, bus), (x, act + 16))
        p.dot(x, bus)
    p.wire((f, act - 16), (f, TOP + 11))
    p.wire((i, act - 16), (i, carry), (g - 11, carry))
    p.wire((g, act - 16), (g, carry + 11))
    p.wire((g, carry - 11), (g, TOP + 11))
    p.wire((o + 20, act), (out - 11, act))
    p.wire((out, TOP), (out, 90))
    p.wire((out, 122), (out, act - 11))
    p.wire((out, act + 11), (out, 228))
    p.wire((out + 38, 244), (732, 244))
    p.box(170, bus, "W", "weight", 78)
    p.box(170, 290, "U, b", "weight", 78)
    p.box(out, 244, "W_{hr}", "weight", 76)
    for x, name in ((f, "f"), (i, "i"), (g, "g"), (o, "o")):
        p.box(x, act, "t" if name == "g" else "s", "gate", 40, round=9)
    p.box(out, 106, "u", "gate", 40, round=9)
    p.operator(260, bus, "+")
    p.operator(f, TOP, "*")
    p.operator(g, TOP, "+")
    p.operator(g, carry, "*")
    p.operator(out, act, "*")
    for x, y, name in ((f + 14, 104, "f"), (i + 14, 140, "i"), (g + 14, 140, "g"), (o + 36, act - 13, "o")):
        p.math(x, y, name)
    ends(p, (45, TOP, "c_{t-1}"), (45, bus, "h_{t-1}"), (45, 290, "x_t"), (755, TOP, "c_t"), (755, 244, "h_t"))
    for x, y, size in (
        (170, 256, "(4n_h, P)"),
        (170, 318, "(4n_h, n_i)"),
        (out, 272, "(P, n_h)"),
        (45, 78, "(n_h)"),
        (45, 256, "(P)"),
        (45, 318, "(n_i)"),
        (755, 78, "(n_h)"),
        (755, 272, "(P)"),
        (400, bus + 18, "4 times (n_h)"),
        (out + 28, 205, "(n_h)"),
    ):
        p.math(x, y, size, 14, light=True)
    return p


def min_gru():
    p = Picture(600, 320, "MinGru: h' = (1 - z) * h + z * n, with z and n from x alone")
    z, n, rows = 190, 420, Rows(128, 178, 0, 236, 0, 290)
    p.wire((68, TOP), (z - 11, TOP))
    p.wire((z + 11, TOP), (n - 11, TOP))
    p.wire((n + 11, TOP), (532, TOP))
    p.wire((68, rows.x), (n, rows.x), arrow=False)
    gate_of_x(p, z, "z", rows)
    gate_of_x(p, n, "n", rows, "t", last=True)
    p.wire((z, rows.act - 16), (z, 107))
    p.wire((z, 79), (z, TOP + 11))
    p.dot(z, rows.carry)
    p.wire((z, rows.carry), (n - 11, rows.carry))
    p.wire((n, rows.act - 16), (n, rows.carry + 11))
    p.wire((n, rows.carry - 11), (n, TOP + 11))
    p.box(z, 93, "1 - z", "gate", 56, 28, round=9)
    p.operator(z, TOP, "*")
    p.operator(n, rows.carry, "*")
    p.operator(n, TOP, "+")
    p.math(z - 14, 142, "z")
    p.math(n + 14, 150, "n")
    p.math(305, TOP - 14, "(1 - z) * h_{t-1}")
    p.math(n + 38, rows.carry - 28, "z * n")
    ends(p, (45, TOP, "h_{t-1}"), (45, rows.x, "x_t"), (555, TOP, "h_t"))
    return p


def min_lstm():
    p = Picture(660, 330, "MinLstm: h' = f' * h + i' * n, with f, i and n from x alone")
    f, i, n, rows = 170, 310, 480, Rows(116, 188, 0, 246, 0, 300)
    p.wire((68, TOP), (f - 11, TOP))
    p.wire((f + 11, TOP), (n - 11, TOP))
    p.wire((n + 11, TOP), (592, TOP))
    p.wire((68, rows.x), (n, rows.x), arrow=False)
    gate_of_x(p, f, "f", rows)
    gate_of_x(p, i, "i", rows)
    gate_of_x(p, n, "n", rows, "t", last=True)
    for x in (f, i):
        p.wire((x, rows.act - 16), (x, rows.carry + 16))
    p.wire((f, rows.carry - 16), (f, TOP + 11))
    p.wire((i + 52, rows.carry), (n - 11, rows.carry))
    p.wire((n, rows.act - 16), (n, rows.carry + 11))
    p.wire((n, rows.carry - 11), (n, TOP + 11))
    p.box((f + i) / 2, rows.carry, "", "gate", i - f + 104, 32, round=9)
    p.math(f + 9, rows.carry, "f' = f / (f + i)")
    p.math(i - 9, rows.carry, "i' = i / (f + i)")
    p.operator(f, TOP, "*")
    p.operator(n, rows.carry, "*")
    p.operator(n, TOP, "+")
    p.math(f + 14, 82, "f'")
    p.math(i + 70, 104, "i'")
    for x, name in ((f, "f"), (i, "i"), (n, "n")):
        p.math(x + 14, 151, name)
    p.math(325, TOP - 14, "f' * h_{t-1}")
    p.math(n + 38, 84, "i' * n")
    ends(p, (45, TOP, "h_{t-1}"), (45, rows.x, "x_t"), (615, TOP, "h_t"))
    return p


PICTURES = {
    "simple_rnn": simple_rnn,
    "gru_after": lambda: gru(after=True),
    "gru_before": lambda: gru(after=False),
    "lstm": lstm,
    "lstm_projection": lstm_projection,
    "min_gru": min_gru,
    "min_lstm": min_lstm,
}
