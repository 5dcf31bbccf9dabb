"""Roll-ups: figures of regions, read from campaigns and from spreadsheets of others, in one spreadsheet."""
