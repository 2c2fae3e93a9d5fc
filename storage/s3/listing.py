"""Lists of a bucket, which come in pages."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from storage.interfaces import StoreUnavailable
from storage.s3.bucket import Bucket


@dataclass(frozen=True)
class Listing:
    """What is listed, and in which words."""

    operation: str
    entries: str
    marks: Sequence[str]  # tell where a page begins; an answer names those of the next page, with Next before them
    none: Collection[str] = ()  # what a store answers that has nothing of the kind


OBJECTS = Listing("list_objects_v2", "Contents", ("ContinuationToken",))
UPLOADS = Listing(
    "list_multipart_uploads", "Uploads", ("KeyMarker", "UploadIdMarker"), {"NoSuchUpload", "NotImplemented"}
)
"""Uploads that have begun and not ended."""


async def pages(bucket: Bucket, listing: Listing, **parameters: object) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """Yield the entries, page after page.

    Raises:
        StoreUnavailable: the store does not answer, or would never come to an end.
    """
    passed: set[object] = {()}  # marks and first entries; an honest store repeats neither
    marks: dict[str, str] = {}

    def pass_once(place: object) -> None:
        if place in passed:
            raise StoreUnavailable(
                f"{bucket.settings.place} does not come to the end of its list: see AWS_ENDPOINT_URL"
            )
        passed.add(place)

    while page := await bucket.ask_whether(listing.operation, listing.none, **parameters, **marks):
        if entries := page.get(listing.entries):
            pass_once((entries[0]["Key"], entries[0].get("UploadId")))
            yield entries
        if not page.get("IsTruncated"):
            return
        marks = {mark: page[f"Next{mark}"] for mark in listing.marks if page.get(f"Next{mark}")}
        pass_once(tuple(marks.items()))
