"""A store that speaks S3, a few objects at a time, and does with its lists what honest ones do not."""

import math
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from xml.sax.saxutils import escape

from aiohttp import web

from storage.s3.settings import S3Settings

AT_ONCE = 2
DENIED = "<Code>AccessDenied</Code><Message/>"


@dataclass
class StrangeStore:
    """What it holds, and how it answers."""

    keys: list[str]  # of objects, and of unfinished uploads, in their order
    kept: Collection[str] = ()  # are not deleted
    one_by_one: bool = False  # are objects deleted
    next_mark: Callable[[str, int], str] = lambda last, _: last  # of the last key and the number of the request
    away_after: float = math.inf  # requests
    asked: int = 0

    @asynccontextmanager
    async def served(self) -> AsyncIterator[S3Settings]:
        """Answer on a port of this machine."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        try:
            yield S3Settings("bucket", f"http://{host}:{port}", access_key="x", secret_key="x")
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.asked > self.away_after:
            return web.Response(status=404, text="<Error><Code>NoSuchBucket</Code></Error>")
        key = request.match_info["path"].removeprefix("bucket").removeprefix("/")
        if request.method == "POST":
            return self._deleted(re.findall("<Key>(.*?)</Key>", await request.text()))
        if request.method == "DELETE" and "uploadId" not in request.query:
            status = 403 if key in self.kept else 204
            self.keys = [one for one in self.keys if one != key or key in self.kept]
            return web.Response(status=status, text=f"<Error>{DENIED}</Error>" if status == 403 else None)
        if request.method == "GET":
            return web.Response(text=self._page(request.query), content_type="application/xml")
        return web.Response(status=204)

    def _deleted(self, keys: Collection[str]) -> web.Response:
        if self.one_by_one:
            return web.Response(status=501, text="<Error><Code>NotImplemented</Code></Error>")
        self.keys = [key for key in self.keys if key not in keys or key in self.kept]
        errors = "".join(f"<Error><Key>{escape(key)}</Key>{DENIED}</Error>" for key in keys if key in self.kept)
        return web.Response(text=f"<DeleteResult>{errors}</DeleteResult>", content_type="application/xml")

    def _page(self, asked: Mapping[str, str]) -> str:
        """Return a list of objects, or of uploads, that begins where the mark says."""
        uploads = "uploads" in asked
        after = asked.get("key-marker" if uploads else "continuation-token", "")
        following = [key for key in self.keys if key > after]
        page = following[:AT_ONCE]
        mark = self.next_mark(page[-1], self.asked) if page else ""
        next_mark = "NextKeyMarker" if uploads else "NextContinuationToken"
        told = f"<IsTruncated>{str(page != following).lower()}</IsTruncated>"
        told += f"<{next_mark}>{mark}</{next_mark}>" if mark else ""
        time = "2026-01-01T00:00:00.000Z"
        for key in page:
            if uploads:
                told += f"<Upload><Key>{key}</Key><UploadId>1</UploadId><Initiated>{time}</Initiated></Upload>"
            else:
                told += f"<Contents><Key>{key}</Key><Size>1</Size><LastModified>{time}</LastModified></Contents>"
        name = "ListMultipartUploadsResult" if uploads else "ListBucketResult"
        return f"<{name}>{told}</{name}>"
