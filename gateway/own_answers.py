"""What Envoy answers itself: the documentation page, and errors that come before or instead of the server's."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SWAGGER_UI = Path(str(files("swagger_ui"))) / "static"

HTML = "text/html; charset=utf-8"
JAVASCRIPT = "text/javascript; charset=utf-8"
DAY = 86_400


@dataclass(frozen=True)
class Page:
    """A file under a path of its own."""

    path: str
    file: Path
    type: str
    max_age: int = 0  # seconds that a browser may keep it


PAGES = (
    Page("/docs", HERE / "docs.html", HTML),
    Page("/docs/docs.js", HERE / "docs.js", JAVASCRIPT),
    Page("/docs/swagger-ui-bundle.js", SWAGGER_UI / "swagger-ui-bundle.js", JAVASCRIPT, DAY),
    Page("/docs/swagger-ui.css", SWAGGER_UI / "swagger-ui.css", "text/css; charset=utf-8", DAY),
    Page("/docs/favicon.png", SWAGGER_UI / "favicon-32x32.png", "image/png", DAY),
    Page("/openapi.json", HERE / "openapi.json", "application/json"),
)


@dataclass(frozen=True)
class Refusal:
    """An error as REST callers read it. It never repeats what the caller sent."""

    when: str  # a condition on the request and on Envoy's reason, in CEL
    detail: str | list[dict[str, Any]] = "%LOCAL_REPLY_BODY%"
    status: int | None = None  # None: as Envoy has it
    retry_after: int | None = None  # seconds
    malformed: str | None = None  # "body" or "query": rest.lua tells from Envoy's words what is wrong there


BAD_PATH = [{"loc": ["path"], "msg": "this cannot be read", "type": "value_error"}]
TOO_LARGE_FOR_JSON = "The answer is too large for JSON; use the streaming call `convert`, or gRPC"
NOTHING_MOVED = "Nothing moved in this call for too long; the server's gRPC port takes conversions of any length"

GRPC_TYPES = r"application/grpc(\+.*|-web(-text)?(\+proto)?)?"
"""The content types that Envoy knows as gRPC or gRPC-Web. Any other is a REST caller's, however it begins."""

# The transcoder gives a REST request an original path. Native gRPC keeps the errors that Envoy makes for it.
REST = (
    "('x-envoy-original-path' in request.headers || !('content-type' in request.headers)"
    f" || !request.headers['content-type'].matches(r'^{GRPC_TYPES}$'))"
)


# The first that applies counts.
REFUSALS = (
    Refusal("response.code_details == 'grpc_json_transcode_failure{INVALID_ARGUMENT}'", status=422, malformed="body"),
    Refusal(
        "response.code_details == 'early_grpc_json_transcode_failure{INVALID_ARGUMENT}'", status=422, malformed="query"
    ),
    Refusal("response.code_details == 'lua_response' && response.code == 422", malformed="query"),
    Refusal("response.code_details.contains('response_buffer_size_limit_reached')", TOO_LARGE_FOR_JSON),
    Refusal(f"response.code_details == 'stream_idle_timeout' && {REST}", NOTHING_MOVED),
    Refusal("response.code_details == 'path_normalization_failed'", BAD_PATH, 422),
    Refusal(f"response.code == 404 && {REST}", "Not Found"),
    Refusal(f"response.code == 413 && {REST}", "The request is larger than the server accepts"),
    Refusal(f"response.code == 429 && {REST}", "Too many requests come from this address; send fewer a second"),
    Refusal(f"response.code == 503 && {REST}", "The service is not available; try again", retry_after=1),
    Refusal(f"response.code >= 400 && {REST}"),
)
