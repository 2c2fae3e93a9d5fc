"""The least of an S3 store: keeps in memory what it is given, and asks nobody who he is. Prints its port.

python -m benchmarks.object_server CERTIFICATE     with its key in the same file
"""

import asyncio
import ssl
import sys

from aiohttp import web

TAG = '"tag"'
STARTED = "<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>"
COMPLETED = "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>"
NOTHING = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"


class Objects:
    """Contents by their path, and the parts of those that are on their way."""

    def __init__(self) -> None:
        self._whole: dict[str, list[bytes]] = {}
        self._parts: dict[str, dict[int, bytes]] = {}

    async def put(self, request: web.Request) -> web.Response:
        """Keep a content, or a part of one."""
        content = await request.read()
        if "partNumber" in request.query:
            self._parts[request.path][int(request.query["partNumber"])] = content
        else:
            self._whole[request.path] = [content]
        return web.Response(headers={"ETag": TAG})

    async def post(self, request: web.Request) -> web.Response:
        """Begin or complete an upload in parts."""
        if "uploads" in request.query:
            self._parts[request.path] = {}
            return web.Response(text=STARTED)
        parts = self._parts.pop(request.path)
        self._whole[request.path] = [content for _, content in sorted(parts.items())]
        return web.Response(text=COMPLETED)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Return a content, or a list of nothing."""
        if "list-type" in request.query:
            return web.Response(text=NOTHING)
        parts = self._whole[request.path]
        response = web.StreamResponse(headers={"ETag": TAG, "Content-Length": str(sum(map(len, parts)))})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
        return response


async def serve(certificate: str) -> None:
    """Serve until killed."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    objects = Objects()
    application = web.Application(client_max_size=1 << 30)
    for method in (objects.get, objects.post, objects.put):
        application.router.add_route(method.__name__, "/{path:.*}", method)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
