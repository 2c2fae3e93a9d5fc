"""What a publicly known function is: how it is called, said and weighed, and which arguments the examples ask for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Argument = str | int
Arguments = tuple[Argument, ...]
ReadArguments = Callable[[Sequence[str], Sequence[str]], Iterable[Arguments]]
"""Takes cells and what they became, and returns the arguments worth a try; none says that the function is not meant."""


def no_arguments(cells: Sequence[str], wanted: Sequence[str]) -> Iterable[Arguments]:
    """Return the only way to call a function that takes a text and nothing else."""
    return ((),)


@dataclass(frozen=True)
class KnownFunction:
    """A function from text to text that people know by name."""

    call: Callable[..., str | None]  # takes the text and the arguments; None where it is undefined
    clause: str  # how a sentence goes on, with {0} for the first argument
    bits: float
    arguments: ReadArguments = no_arguments
    imports: tuple[str, ...] = ()  # modules
    needs: tuple[Callable[..., object], ...] = ()  # other functions of ours that it calls
    choice: bool = False  # whether several arguments that fit are readings of their own; else the first is meant
    bits_of_choice: float = 0.0  # log2 of how many arguments may be tried
    bits_a_cell: float = 0.0  # what the form of each cell alone says for it


def common_ends(texts: Sequence[str], wholes: Sequence[str]) -> tuple[str, str] | None:
    """Return what stands before and behind every text in its whole, when that is the same everywhere; else None."""
    before = wholes[0][: wholes[0].find(texts[0])]
    after = wholes[0][len(before) + len(texts[0]) :]
    same = all(before + text + after == whole for text, whole in zip(texts, wholes, strict=True))
    return (before, after) if same else None
