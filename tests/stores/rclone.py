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
        options = [f"--auth-key={self.access_key},{self.secret_key}", f"--addr=127.0.0.1:{self.port}", "--config="]
        return [PROGRAM, "serve", "s3", *options, self._process.folder / "buckets"]

    def folder_of(self, bucket: str) -> Path:
        """Return where the objects of a bucket lie as files; those of others are seen until somebody asks for it."""
        return self._process.folder / "buckets" / bucket
