"""From the outbox to «Ответы», exactly once."""
