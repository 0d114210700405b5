"""A small client of a language server: JSON-RPC over its standard streams."""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PATIENCE = 60
Message = dict[str, object]


class LanguageServer:
    """A running server that knows one folder. Positions are counted from 0."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        assert process.stdin and process.stdout
        self._out: IO[bytes] = process.stdin
        self._messages: queue.Queue[Message] = queue.Queue()
        self._folder = folder
        self._last = 0
        reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        reader.start()

    def start(self) -> None:
        hover = {"contentFormat": ["markdown"]}
        item = {"snippetSupport": True, "documentationFormat": ["markdown"]}
        document = {"hover": hover, "completion": {"completionItem": item}}
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self._folder.as_uri(),
                "capabilities": {"textDocument": document},
            },
        )
        self.notify("initialized", {})

    def open(self, text: str) -> tuple[str, list[Message]]:
        """The address of a new document with this text, and its diagnostics."""
        self._last += 1
        uri = (self._folder / f"spec{self._last}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        while True:
            message = self._next()
            params = message.get("params")
            published = message.get("method") == "textDocument/publishDiagnostics"
            if published and isinstance(params, dict) and params["uri"] == uri:
                return uri, list(params["diagnostics"])

    def completions(self, uri: str, line: int, character: int) -> set[str]:
        """What is offered at a place."""
        result = self._at("textDocument/completion", uri, line, character)
        assert isinstance(result, dict)
        return {item["label"] for item in result["items"]}

    def hover(self, uri: str, line: int, character: int) -> str:
        """The text that is shown for a place."""
        result = self._at("textDocument/hover", uri, line, character)
        return str(result["contents"]["value"]) if isinstance(result, dict) else ""

    def _at(self, method: str, uri: str, line: int, character: int) -> object:
        position = {"line": line, "character": character}
        return self.request(method, {"textDocument": {"uri": uri}, "position": position})

    def request(self, method: str, params: Message) -> object:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._last and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def notify(self, method: str, params: Message) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._out.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._out.flush()

    def _next(self) -> Message:
        """The next message that is for us; what the server asks is answered with nothing."""
        while True:
            message = self._messages.get(timeout=PATIENCE)
            if "id" not in message or "method" not in message:
                return message
            params = message["params"] if message["method"] == "workspace/configuration" else {}
            items = params["items"] if isinstance(params, dict) and "items" in params else None
            self._send({"id": message["id"], "result": [{} for _ in items] if items else None})

    def _read(self, stream: IO[bytes]) -> None:
        while header := stream.readline():
            length = int(header.removeprefix(b"Content-Length:"))
            while stream.readline().strip():
                pass
            self._messages.put(json.loads(stream.read(length)))


@contextmanager
def running(command: list[str], folder: Path) -> Iterator[LanguageServer]:
    """A server of this command, stopped at the end."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            server = LanguageServer(process, folder)
            server.start()
            yield server
        finally:
            process.kill()
