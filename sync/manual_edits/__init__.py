"""What staff changed in delivered rows: found by comparison with the outbox, and described."""
