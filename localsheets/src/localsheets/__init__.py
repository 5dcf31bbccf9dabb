"""A local server for a subset of the Google Sheets and Drive APIs, with everything kept on disk.

`python -m localsheets` starts it. The packages: `web` (HTTP), `requests` (one function for each kind of `batchUpdate`),
`values` (the calls on values), `model` (the state), `cells` (rows), `storage` (the disk).
"""
