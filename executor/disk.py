"""What a full disk looks like from here: it is no fault of a job's or a call's, and is told as what it is."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)


def is_disk_full(error: Exception) -> bool:
    """Tell whether this is why something broke."""
    return isinstance(error, OSError) and error.errno in FULL
