"""What is wrong with an installation."""


class Ailment(Exception):
    """Something is wrong: what was found, and how to mend it."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend
