"""The server's own log: JSON lines on stderr."""

import json
import sys
from typing import Any


def warn(message: str, **details: Any) -> None:
    """One line about something that went wrong and did not stop the server."""
    print(json.dumps({"level": "WARN", "message": message, **details}, default=str), file=sys.stderr, flush=True)
