"""Which local AWS answers here: the data folder that it holds, proved by the secret that it was started with.

A port, a process id and a command line may be those of another platform. A folder's device and inode are its own: a
copy has others, however it was made, and a symbolic link or another name has the same.
"""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

PATH = "/_pos/identity"


def folder_of(path: Path) -> str:
    """The folder itself, whatever name it goes by: device and inode. Raises OSError when there is none."""
    found = path.stat()
    return f"{found.st_dev}:{found.st_ino}"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who this server is, as it was when it took its data folder."""

    secret: str
    data: Path
    folder: str
    pid: int

    @classmethod
    def take(cls, data: Path, *, secret: str) -> "Identity":
        """Of this process, which holds the folder."""
        return cls(secret=secret, data=data.resolve(), folder=folder_of(data), pid=os.getpid())

    def holds_folder(self) -> bool:
        """Whether the folder still lies where it lay: what a server writes goes by its path."""
        try:
            return folder_of(self.data) == self.folder
        except OSError:
            return False

    def prove(self, nonce: str) -> dict[str, Any]:
        """The answer to a challenge. Neither side says the secret: whoever else listens on the port learns nothing."""
        said = "\n".join((nonce, self.folder, str(self.pid)))
        proof = hmac.new(self.secret.encode(), said.encode(), "sha256").hexdigest()
        return {"pid": self.pid, "folder": self.folder, "data": str(self.data), "proof": proof}


async def answer_identity(identity: Identity, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """HTTP: `GET /_pos/identity?nonce=…`."""
    while (await receive()).get("more_body"):
        pass
    query = parse_qs(scope["query_string"].decode("latin-1"))
    body = json.dumps(identity.prove(query.get("nonce", [""])[0])).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
