"""The spreadsheet in the browser: pages, the grid, edits, export, signing in. `web` registers it on its application.

Imports `storage`, `model`, `requests`, `values`, `locales`, `formulas`, `looks`, `xlsx`, `people`. Pages are made on
the server; the scripts in `static/` add selecting, editing and live changes. Nothing is loaded from elsewhere.
"""
