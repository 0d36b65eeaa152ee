"""A stand-in for both model hubs on this machine: slow, and cut off where a test wants it."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Hub:
    """Serves the files of one folder as the model `me/tiny`, to both hubs' clients."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pause = 0.0
        """Seconds between the pieces of a big file."""
        self.cut_after: int | None = None
        """Bytes of a big file after which the connection breaks, every time."""
        self.sent = 0
        """Bytes of big files sent so far."""
        self.starts: list[int] = []
        """Where each download of a big file began."""
        hub = self

        class Handler(_Handler):
            def serve(self, name: str, *, only_head: bool = False) -> None:
                hub.serve(self, name, only_head=only_head)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, handler: _Handler, name: str, *, only_head: bool) -> None:
        path = self.folder / name
        if not path.is_file():
            handler.send_response(404)
            handler.send_header("X-Error-Code", "EntryNotFound")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        content = path.read_bytes()
        wanted = re.match(r"bytes=(\d+)-", handler.headers.get("Range") or "")
        start = int(wanted[1]) if wanted else 0
        big = len(content) > 100_000
        # Before the client hears of it: it may drop this one and ask again while we are here.
        if big and not only_head:
            self.starts.append(start)
        handler.send_response(206 if start else 200)
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("Content-Length", str(len(content) - start))
        handler.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        handler.send_header("X-Repo-Commit", "c0ffee" + "0" * 34)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        handler.end_headers()
        if only_head:
            return
        for at in range(start, len(content), 20_000):
            if big and self.cut_after is not None and at >= self.cut_after:
                handler.close_connection = True
                handler.connection.shutdown(socket.SHUT_RDWR)
                return
            handler.wfile.write(content[at : at + 20_000])
            if big:
                self.sent += len(content[at : at + 20_000])
                time.sleep(self.pause)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.serve(self.path.partition("/resolve/main/")[2], only_head=True)

    def do_GET(self) -> None:
        if self.path.startswith("/kaggle/"):
            self.serve(self.path.removeprefix("/kaggle/"))
        else:
            self.serve(self.path.partition("/resolve/main/")[2])

    def do_POST(self) -> None:
        """Kaggle's API answers with the file's address."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(302)
        self.send_header("Location", f"/kaggle/{asked['path']}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def serve(self, name: str, *, only_head: bool = False) -> None:
        raise NotImplementedError

    def log_message(self, *args: object) -> None:
        pass
