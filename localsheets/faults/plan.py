"""What goes wrong on demand. Imports `errors`."""


class Faults:
    """Off until asked for."""

    def __init__(self) -> None:
        self.race_milliseconds = 0.0

    def race_pause(self) -> bool:
        return False
