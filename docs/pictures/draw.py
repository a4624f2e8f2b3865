"""A few shapes as plain SVG: no fonts within, no scripts."""

import math
import re

INK = "#222"
# What a box stands for: its fill and its edge.
KINDS = {
    "input": ("#dcebfa", "#2b6cb0"),  # x
    "state": ("#dff3e3", "#2f855a"),  # h, c
    "weight": ("#fdecc8", "#b7791f"),  # U, W, V and what they make
    "gate": ("#fff", INK),  # activations
    "output": ("#efe2f7", "#6b46a1"),  # y
    "dull": ("#eee", "#999"),  # what does not count
    "plain": ("#fff", "#777"),
}
SERIF = "Times New Roman,Times,Liberation Serif,DejaVu Serif,serif"
SANS = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"
STYLE = f"text{{font:13px {SANS};text-anchor:middle;fill:{INK}}}.m{{font:italic 16px {SERIF}}}"
STYLE += ".i{font-size:11.5px}.l{fill:#555}.h{marker-end:url(#h)}.a{text-anchor:start}.z{text-anchor:end}"
STYLE += ".w,.o{fill:none;stroke:#222;stroke-width:1.4}.o{fill:#fff}"
STYLE += ".g{fill:none;stroke:#fff;stroke-width:7}.d{stroke-dasharray:5 4}"
STYLE += "".join(f".{kind}{{fill:{fill};stroke:{edge}}}" for kind, (fill, edge) in KINDS.items())


def number(value):
    """As short as it is exact to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spans(text, size):
    """`h_t` and `h_{t-1}` with the index below the line; `zero_output` as it is."""
    out, low = "", False
    for part in re.split(r"(_\{[^}]*\}|_\w(?!\w))", text):
        if not part:
            continue
        index = part.startswith("_")
        words = escaped(part[1:].strip("{}") if index else part).replace("-", "\u2212")
        if index:
            small = 'class="i"' if size == 16 else f'font-size="{number(size * 0.72)}"'
            out += f'<tspan dy="{number(size * 0.25)}" {small}>{words}</tspan>'
        elif low:
            out += f'<tspan dy="{number(-size * 0.25)}">{words}</tspan>'
        else:
            out += words
        low = index
    return out


class Picture:
    """Shapes in the order in which they are painted."""

    def __init__(self, width, height, title):
        self.size, self.title, self.parts = (width, height), title, []

    def add(self, part):
        self.parts.append(part)

    def rect(self, x, y, width, height, kind="plain", round=3, dashed=False, thick=None):
        """A box by its corner."""
        extra = f' rx="{round}"' if round else ""
        extra += f' stroke-width="{thick}"' if thick else ""
        self.add(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"{extra} '
            f'class="{kind}{" d" if dashed else ""}"/>'
        )

    def math(self, x, y, text, size=16, anchor="", light=False):
        """Symbols, centred on y."""
        self.text(x, y, text, size, anchor, light, "m")

    def text(self, x, y, text, size=13, anchor="", light=False, font=""):
        """Words, centred on y; anchored at their start `a`, their end `z` or in the middle."""
        classes = " ".join(filter(None, (font, anchor, light and "l")))
        extra = f' class="{classes}"' if classes else ""
        # A rule of a class would win over an attribute.
        extra += f' style="font-size:{size}px"' if size != (16 if font else 13) else ""
        self.add(f'<text x="{number(x)}" y="{number(y + size * 0.33)}"{extra}>{spans(text, size)}</text>')

    def box(self, x, y, text, kind, width=52, height=32, size=16, round=4):
        """A box with symbols, by its centre."""
        self.rect(x - width / 2, y - height / 2, width, height, kind, round)
        self.math(x, y, text, size)

    def boxes(self, corners, width, height, kind):
        """Equal boxes by their corners."""
        d = "".join(f"M{number(x)} {number(y)}h{width}v{height}h-{width}z" for x, y in corners)
        self.add(f'<path d="{d}" class="{kind}"/>')

    def cells(self, x, y, rows, columns, side, kind):
        """A matrix of squares by its corner."""
        self.rect(x, y, columns * side, rows * side, kind, 0)
        lines = [f"M{number(x + i * side)} {number(y)}v{number(rows * side)}" for i in range(1, columns)]
        lines += [f"M{number(x)} {number(y + i * side)}h{number(columns * side)}" for i in range(1, rows)]
        if lines:
            self.add(f'<path d="{"".join(lines)}" class="{kind}" stroke-width=".7"/>')

    def wire(self, *points, arrow=True, dashed=False, over=False):
        """A line through points, with a gap where it passes over another."""
        d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        if over:
            (x, y), (x1, y1) = points[:2]
            gap = 6 / math.hypot(x1 - x, y1 - y)
            start = f"M{number(x + gap * (x1 - x))} {number(y + gap * (y1 - y))}"
            self.add(f'<path d="{start}{d[d.index("L") :]}" class="g"/>')
        self.add(f'<path d="{d}" class="w{" d" if dashed else ""}{" h" if arrow else ""}"/>')

    def dot(self, x, y):
        """Where a line branches."""
        self.add(f'<circle cx="{number(x)}" cy="{number(y)}" r="3"/>')

    def operator(self, x, y, which):
        """A sum `+` or an elementwise product `*` in a circle."""
        r = 6 if which == "+" else 4.3
        bars = (
            f"M{number(x - r)} {number(y)}h{2 * r}M{number(x)} {number(y - r)}v{2 * r}"
            if which == "+"
            else f"M{number(x - r)} {number(y - r)}l{2 * r} {2 * r}M{number(x - r)} {number(y + r)}l{2 * r} {-2 * r}"
        )
        self.add(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="11" class="o"/><path d="{bars}" class="w"/>'
        )

    def __str__(self):
        width, height = self.size
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
                f'height="{height}">',
                f"<style>{STYLE}</style>",
                '<marker id="h" markerWidth="9" markerHeight="8" refX="9" refY="4" orient="auto" '
                'markerUnits="userSpaceOnUse"><path d="M0 .6L9 4L0 7.4z"/></marker>',
                f"<title>{escaped(self.title)}</title>",
                f'<rect width="{width}" height="{height}" fill="#fff"/>',
                *self.parts,
                "</svg>\n",
            ]
        )
