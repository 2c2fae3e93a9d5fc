"""The least that a gRPC server in Python can do: answer with what came. Prints its port.

python -m benchmarks.echo_server
"""

import asyncio

import grpc

METHOD = "/benchmarks.Echo/Echo"


async def echo(request: bytes, context: object) -> bytes:
    """Return the request."""
    return request


async def serve() -> None:
    """Serve until killed."""
    _, service, method = METHOD.split("/")
    handler = grpc.unary_unary_rpc_method_handler(echo)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve())
