"""moto: answers most like Amazon's store, whoever asks. It keeps everything in memory: what stops it empties it."""

import sys

from tests.stores.processes import Command
from tests.stores.s3 import S3Server


class Moto(S3Server):
    """An S3Server that takes any key and knows all of S3, conditions and encryption among it."""

    name = "moto"

    def _command(self) -> Command:
        return [sys.executable, "-m", "moto.server", f"-p{self.port}"]
