"""Charts as SVG, drawn on the server: no library in the browser, and they print.

Attributes only, no styles, so that a picture shows under the strictest policy.
"""

from localsheets.grid.drawing.chart import chart_svg

__all__ = ["chart_svg"]
