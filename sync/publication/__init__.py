"""From the spreadsheet to the summary tabs: prepare, read, refresh and write."""
