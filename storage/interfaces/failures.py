"""What every call of every store may raise."""


class StoreUnavailable(Exception):
    """The store cannot be reached at the moment; the same call may succeed later."""


class RemovalRefused(StoreUnavailable):
    """The store keeps some of the files that it was told to remove, such as those under a lock; the others are gone."""


class OutcomeUnknown(StoreUnavailable):
    """The store went away in the very moment in which it stored something: what was sent is there, or it is not."""
