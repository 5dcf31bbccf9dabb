"""The embedded spreadsheet server: a subset of the Google Sheets and Drive APIs, kept on disk.

Imports nothing of ours. `python -m localsheets` starts it. The rooms: `web` speaks HTTP, `requests` holds the kinds of
`batchUpdate`, `values` the calls on values, `model` the state, `cells` the rows, `storage` the disk.
"""
