"""Run a gateway until killed, whatever SIGTERM says: its address and id are printed. The argument is a gRPC socket."""

import asyncio
import signal
import sys
from pathlib import Path

from gateway.config import GatewayOptions
from gateway.launcher import Gateway


async def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", Path(sys.argv[1])))
    print(gateway.address, gateway.process_id, flush=True)  # noqa: T201
    await gateway.wait()


asyncio.run(main())
