"""rclone: checks every signature, and keeps its objects as files, also when it is stopped."""

import sysconfig
from pathlib import Path

from tests.stores.processes import Command
from tests.stores.s3 import S3Server

PROGRAM = Path(sysconfig.get_path("scripts")) / "rclone"


class Rclone(S3Server):
    """An S3Server that refuses wrong keys; conditions of a request mean nothing to it."""

    name = "rclone"

    def _command(self) -> Command:
        # Without a cache, so that a new bucket is seen at once: to rclone a bucket is a folder.
        options = [f"--addr=127.0.0.1:{self.port}", "--dir-cache-time=0", "--config="]
        return [
            PROGRAM,
            "serve",
            "s3",
            f"--auth-key={self.access_key},{self.secret_key}",
            *options,
            self._process.folder / "buckets",
        ]

    def _make(self, bucket: str) -> None:
        (self._process.folder / "buckets" / bucket).mkdir(parents=True)
