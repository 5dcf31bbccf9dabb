"""Service accounts and bearer tokens, as google-auth's flow expects them."""
