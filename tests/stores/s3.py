"""What the object stores of the tests have in common."""

import signal
from itertools import count
from typing import Self

from tests.stores.processes import Command, OwnedProcess, free_port, listening


class S3Server:
    """A program that speaks S3 on a port of this machine, with the buckets in the path."""

    name: str
    access_key = "AKIDTESTS"
    secret_key = "secret/of+the=tests"

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoint_url = f"http://127.0.0.1:{self.port}"
        self._process = OwnedProcess(self.name)
        self._numbers = count(1)
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        bucket = f"bucket-{next(self._numbers)}"
        self._make(bucket)
        return bucket

    def start(self) -> None:
        """Start it again after it was stopped, on the same port."""
        self._process.start(self._command(), lambda: listening(self.port))

    def stop(self) -> None:
        """Stop it as it is when its machine goes away: what it answers is not finished."""
        self._process.stop(signal.SIGKILL)

    def close(self) -> None:
        """End it and remove its folder."""
        self._process.close()

    def _command(self) -> Command:
        raise NotImplementedError

    def _make(self, bucket: str) -> None:
        raise NotImplementedError
