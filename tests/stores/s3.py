"""What the object stores of the tests have in common."""

import signal
import urllib.request
from itertools import count
from typing import Any, Self

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from storage.s3.settings import S3Settings
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
        asked = AWSRequest("PUT", f"{self.endpoint_url}/{bucket}")
        S3SigV4Auth(Credentials(self.access_key, self.secret_key), "s3", "us-east-1").add_auth(asked)
        request = urllib.request.Request(asked.url, method=asked.method, headers=dict(asked.headers.items()))
        with urllib.request.urlopen(request):
            return bucket

    def variables(self, bucket: str) -> dict[str, str]:
        """Return the environment of a program that keeps its files in a bucket."""
        return {
            "AWS_BUCKET_NAME": bucket,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

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


def new_bucket(server: S3Server, **others: Any) -> S3Settings:
    """Make an empty bucket and return how it is reached."""
    given = {"endpoint_url": server.endpoint_url, "access_key": server.access_key, "secret_key": server.secret_key}
    return S3Settings(server.create_bucket(), **(given | others))
