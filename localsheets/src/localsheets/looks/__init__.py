"""The looks of cells and charts, for the page in the browser and for the workbook."""

from localsheets.looks.banding import Banding, banding_of
from localsheets.looks.charts import ChartSource, Series, chart_source
from localsheets.looks.colors import hex_color
from localsheets.looks.extent import used_box
from localsheets.looks.heights import text_height

__all__ = ["Banding", "ChartSource", "Series", "banding_of", "chart_source", "hex_color", "text_height", "used_box"]
