"""The running worker: its jobs and schedule, its commands, and how it is put together."""
