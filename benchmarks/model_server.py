"""The least of an OpenAI-compatible server: every answer is an empty plan, streamed in two pieces.

python -m benchmarks.model_server [SECONDS]     how long it thinks before each answer

Prints its port, and then the time of each question in seconds since 1970.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PLAN = json.dumps({"transformation_steps": [], "data_quality_checks": [], "expected_challenges": []})
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def chunk(**fields: object) -> bytes:
    """Return one server-sent event of a completion."""
    completion = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "none", **fields}
    return f"data: {json.dumps(completion)}\n\n".encode()


def choice(reason: str | None, **delta: str) -> list[dict[str, object]]:
    """Return the one choice of a chunk."""
    return [{"index": 0, "delta": delta, "finish_reason": reason}]


ANSWER = b"".join(
    [
        chunk(choices=choice(None, role="assistant", content=PLAN)),
        chunk(choices=choice("stop")),
        chunk(choices=[], usage=USAGE),
        b"data: [DONE]\n\n",
    ]
)


class Handler(BaseHTTPRequestHandler):
    """Answers questions over connections that stay open."""

    protocol_version = "HTTP/1.1"
    seconds = 0.0

    def do_POST(self) -> None:
        """Answer one."""
        self.rfile.read(int(self.headers["content-length"]))
        print(time.time(), flush=True)
        time.sleep(self.seconds)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def main() -> None:
    """Serve until killed."""
    Handler.seconds = float((*sys.argv[1:], "0")[0])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
