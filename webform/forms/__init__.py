"""From what a browser sent to what is wrong with it, and what a page shows. Pure: imports campaign and records."""
