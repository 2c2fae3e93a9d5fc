"""What one run of a script may use."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one run; each holds for itself."""

    wall_seconds: float = 300.0
    cpu_seconds: float = 300.0
    memory_bytes: int = 2048 * MEBIBYTE  # address space on top of the warm interpreter's own
    output_bytes: int = 1024 * MEBIBYTE
    columns: int = 100_000  # of the output's first rows; the widest real tables, such as those of genes, have fewer
    log_bytes: int = 256 * 1024  # of stdout and stderr together; the end is kept, and holds a warning a column
    niceness: int = 0  # from 0 to 19: how far the run steps back when others want the processor
