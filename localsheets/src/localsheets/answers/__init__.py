"""State as the JSON that the API answers. Imports `model`, `cells`, `locales`, `schema`, `a1`."""
