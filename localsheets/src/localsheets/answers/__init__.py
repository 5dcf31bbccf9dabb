"""The state as JSON of the API."""
