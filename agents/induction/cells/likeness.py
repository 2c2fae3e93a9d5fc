"""Normal forms: under which changes of the writing two cells are still the same."""

from collections.abc import Callable


def as_is(cell: str) -> str:
    """Return the cell."""
    return cell


def folded(cell: str) -> str:
    """Return what neither letter case nor blanks change."""
    return "".join(cell.split()).casefold()


def jumbled(cell: str) -> str:
    """Return what is the same for "31/12/2024" and "2024-12-31", or "Doe, John" and "John Doe"."""
    return "".join(sorted(filter(str.isalnum, cell.casefold())))


LIKENESSES: tuple[Callable[[str], str], ...] = (as_is, folded, jumbled)
