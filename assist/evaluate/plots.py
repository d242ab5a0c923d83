"""Bars as SVG: text that a browser draws, without a script and without a request; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, NAMES, ROW = 720, 240, 22
"""Of a plot, of the names at its left, and the height of a bar with its gap; in pixels."""
_ROOM = 90
"""At the right, for the number at the end of a bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A name and the parts that its bar is made of."""

    name: str
    parts: Sequence[float]


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of every bar means, and its colour."""

    name: str
    colour: str


def bars(title: str, parts: Sequence[Part], rows: Sequence[Bar], *, unit: str = "") -> str:
    """Draw a bar a row, its parts one after the other.

    Args:
        title: what a screen reader says in place of the picture.
        parts: what they mean, in the order of every bar.
        rows: from top to bottom.
        unit: stands behind the numbers.
    """
    longest = max((sum(row.parts) for row in rows), default=0) or 1
    scale = (WIDTH - NAMES - _ROOM) / longest
    drawn = [_bar(number, row, parts, scale, unit) for number, row in enumerate(rows)]
    size = f'width="{WIDTH}" height="{ROW * len(rows)}" viewBox="0 0 {WIDTH} {ROW * len(rows)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )


def legend(parts: Sequence[Part]) -> str:
    """Say what the colours mean."""
    marks = [
        '<svg width="12" height="12" aria-hidden="true">'
        f'<rect width="12" height="12" fill="{part.colour}"/></svg> {escape(part.name)}'
        for part in parts
    ]
    return f'<p class="legend">{" ".join(f"<span>{mark}</span>" for mark in marks)}</p>'


def _bar(number: int, row: Bar, parts: Sequence[Part], scale: float, unit: str) -> str:
    top, left = number * ROW, float(NAMES)
    drawn = [_text(NAMES - 8, top, row.name, {"text-anchor": "end"})]
    for part, size in zip(parts, row.parts, strict=True):
        if size > 0:
            drawn.append(
                f'<rect x="{left:.1f}" y="{top + 3}" width="{size * scale:.1f}" height="{ROW - 6}"'
                f' fill="{part.colour}"><title>{escape(part.name)}: {_number(size)}</title></rect>'
            )
        left += size * scale
    drawn.append(_text(left + 6, top, f"{_number(sum(row.parts))}{unit}", {}))
    return "".join(drawn)


def _text(x: float, top: int, text: str, more: Mapping[str, str]) -> str:
    said = "".join(f' {name}="{value}"' for name, value in more.items())
    return (
        f'<text x="{x:.1f}" y="{top + ROW - 7}" font-size="13" fill="currentColor"{said}>'
        f"{escape(text)}</text>"
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
