"""The calls on values: reading, writing, appending, clearing. Imports `model`, `cells`, `locales`, `a1`, `errors`."""
