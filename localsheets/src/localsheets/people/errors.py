"""Why the people's store refuses something."""


class PeopleError(Exception):
    """A name, password or link is refused; the message is a sentence for the person."""


class BusyError(Exception):
    """As many passwords are being checked as may be at once."""
