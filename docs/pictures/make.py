"""Draws the pictures of the pages: plain Python, the same bytes every time.

    python3 make.py            writes *.svg beside this file
    python3 make.py --check    ends with an error if one of them is not what this draws
"""

import pathlib
import sys

import cells
import sequences

PICTURES = {**cells.PICTURES, **sequences.PICTURES}


def main():
    here = pathlib.Path(__file__).parent
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__)
    stale = {path.stem for path in here.glob("*.svg")} - PICTURES.keys()
    for name, draw in PICTURES.items():
        path, text = here / f"{name}.svg", str(draw())
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.add(name)
    if stale:
        sys.exit(f"not what this draws: {', '.join(sorted(stale))}")


if __name__ == "__main__":
    main()
