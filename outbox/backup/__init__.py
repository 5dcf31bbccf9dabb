"""Backup of an installation as one verified archive, restoring it, and the move from SQLite to PostgreSQL.

`making.write_backup`, `restoring.restore_backup`, `copying.copy_to`; the commands are those of `python -m outbox`.
"""
