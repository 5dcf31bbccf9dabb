"""One command for people, `svod`; it calls the rooms and holds no logic of theirs."""

__version__ = "0.2.0.dev0"
