"""Run a gateway until killed, whatever SIGTERM says: its address and id are printed. The argument is a gRPC address."""

import asyncio
import signal
import sys

from gateway.config import GatewayOptions
from gateway.launcher import Gateway


async def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", sys.argv[1]))
    print(gateway.address, gateway.process_id, flush=True)  # noqa: T201
    await gateway.wait()


asyncio.run(main())
