"""Pie and ring."""

import math
from html import escape

from localsheets.grid.drawing.figures import Figures, figure_text
from localsheets.looks import ChartSource
from localsheets.looks.charts import PALETTE


def pie_body(figures: Figures, source: ChartSource, width: int, height: int, top: int) -> str:
    """Draw slices from the top clockwise, with a legend of labels, figures and shares on the right."""
    values = [max(0.0, value or 0.0) for value in figures.lines[0].values]
    total = sum(values)
    if not total:
        return ""
    radius = min((height - top - 20) / 2, width * 0.24)
    x, y = 20 + radius, top + (height - top - 12) / 2
    parts = []
    angle = -math.pi / 2
    for at, value in enumerate(values):
        if not value:
            continue
        turn = value / total * 2 * math.pi
        color = PALETTE[at % len(PALETTE)]
        label = escape(f"{figures.labels[at]}: {figure_text(value, figures.locale)} ({value / total:.0%})")
        if value == total:
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{color}"><title>{label}</title></circle>'
            )
        else:
            start = x + radius * math.cos(angle), y + radius * math.sin(angle)
            end = x + radius * math.cos(angle + turn), y + radius * math.sin(angle + turn)
            parts.append(
                f'<path d="M{x:.1f},{y:.1f} L{start[0]:.1f},{start[1]:.1f} A{radius:.1f},{radius:.1f} 0 '
                f'{1 if turn > math.pi else 0} 1 {end[0]:.1f},{end[1]:.1f} Z" fill="{color}" stroke="#ffffff">'
                f"<title>{label}</title></path>"
            )
        angle += turn
    if source.hole:
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius * source.hole:.1f}" fill="#ffffff"/>')
    left = 20 + radius * 2 + 28
    room = max(6, int((width - left - 24) / 6.4))
    line = min(22.0, (height - top - 12) / max(1, len(values)))
    start_y = y - line * len(values) / 2 + line * 0.7
    for at, value in enumerate(values):
        tail = f" — {figure_text(value, figures.locale)} ({value / total:.0%})"
        label = figures.labels[at]
        if len(label) + len(tail) > room:
            label = label[: max(1, room - len(tail) - 1)].rstrip() + "…"
        place = start_y + at * line
        parts.append(
            f'<rect x="{left:.1f}" y="{place - 10:.1f}" width="12" height="12" fill="{PALETTE[at % len(PALETTE)]}"/>'
            f'<text x="{left + 18:.1f}" y="{place:.1f}">{escape(label + tail)}</text>'
        )
    return "".join(parts)
