"""The spreadsheet in the browser: pages, the grid, edits, export, signing in.

Pages are made on the server; the scripts in `static/` add selecting, editing and live changes. Nothing is loaded from
elsewhere.
"""
