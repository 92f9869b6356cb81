"""A Lambda under Node has what AWS gives it, and no more: its memory, a folder to write to, its own variables.

- "The /tmp directory provides a fixed amount of storage", 512 MB here; all else is read-only.
  https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
  The folder that `TMPDIR` names stands for /tmp. Writing elsewhere is refused by Node's permission model, as
  ERR_ACCESS_DENIED where AWS has EROFS; so are child processes and workers, which AWS would allow. Native addons are
  loaded as there; what they write is not looked at.
- A function that takes more memory than it has is killed: Runtime.ExitError, "signal: killed".
  https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
- Its environment has AWS' variables and the function's own, and the clock of UTC.
  https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import contextvars
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import Internal, internals

_MODULE = "ministack.core.lambda_runtime"
REQUIRES = (
    *internals(_MODULE, "subprocess", "Worker"),
    Internal(_MODULE, "Worker._spawn", ("self",)),
    Internal(
        _MODULE,
        "Worker.invoke",
        ("self", "event", "request_id", "trace_id", "depth", "durable", "invoked_function_arn"),
    ),
)
_TEMPORARY_BYTES = 512 * 1024**2
_LOOK_SECONDS = 0.05
_RUNTIME = ("AWS_", "_LAMBDA", "LAMBDA_", "NODE_PATH", "_X_AMZN")
_starting: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("pos_starting_lambda", default=None)


def environment(config: dict[str, Any], given: dict[str, str], *, node: str, temporary: str) -> dict[str, str]:
    """The variables of a function's process, of those that the emulator would hand on."""
    runtime = {name: value for name, value in given.items() if name.startswith(_RUNTIME)}
    own: dict[str, str] = (config.get("Environment") or {}).get("Variables") or {}
    return {
        "PATH": f"{Path(node).parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **own,
        **runtime,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', '')}",
        "_HANDLER": config.get("Handler", ""),
        "TMPDIR": temporary,
    }


def command(script: str, *, node: str, memory: int, temporary: str) -> list[str]:
    """How the function's process is started. `memory`: MB."""
    return [
        node,
        "--disable-warning=DEP0169",  # the emulator's own script uses url.parse
        "--permission",
        "--allow-addons",
        "--disable-warning=SecurityWarning",  # that addons are allowed
        "--allow-fs-read=*",
        f"--allow-fs-write={temporary}/*",
        f"--max-old-space-size={memory * 9 // 10}",
        script,
    ]


def _memory_of(pid: int) -> int:
    """MB that the process holds; 0 when it is gone."""
    try:
        if sys.platform == "linux":
            status = Path(f"/proc/{pid}/status").read_text()
            return int(status.partition("VmRSS:")[2].split()[0]) // 1024
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
        return int(shown or 0) // 1024
    except (OSError, ValueError, IndexError):
        return 0


class _Starter:
    """`subprocess` as the emulator's workers see it."""

    def __init__(self, node: str) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, args: list[str], **options: Any) -> Any:
        config = _starting.get()
        if config is None or args[0] != "node":
            return subprocess.Popen(args, **options)
        temporary = os.path.realpath(Path(options["cwd"]).parent / "tmp")
        Path(temporary).mkdir(exist_ok=True)
        options["env"] = environment(config, options["env"], node=self._node, temporary=temporary)
        memory = int(config.get("MemorySize") or 128)
        process = subprocess.Popen(command(args[1], node=self._node, memory=memory, temporary=temporary), **options)
        if sys.platform == "linux":
            import resource

            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_TEMPORARY_BYTES, _TEMPORARY_BYTES))
        return process


def install(context: HookContext) -> None:
    """Start functions in their sandbox, and look at their memory while they work."""
    node = context.settings.node
    if node is None:
        return
    from ministack.core import lambda_runtime

    def spawning(original: Any) -> Any:
        def spawn(self: Any) -> None:
            token = _starting.set(self.config)
            try:
                original(self)
            finally:
                _starting.reset(token)

        return spawn

    def invoking(original: Any) -> Any:
        def invoke(self: Any, event: Any, request_id: str, **named: Any) -> Any:
            done, killed = threading.Event(), threading.Event()
            limit = int(self.config.get("MemorySize") or 128)

            def watch() -> None:
                while not done.wait(_LOOK_SECONDS):
                    process = self._proc
                    if process is not None and _memory_of(process.pid) > limit:
                        killed.set()
                        process.kill()
                        return

            watcher = threading.Thread(target=watch, daemon=True, name=f"memory-{self.func_name}")
            watcher.start()
            try:
                result = original(self, event, request_id, **named)
            finally:
                done.set()
                watcher.join()
            if not killed.is_set():
                return result
            told = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
            return {**result, "status": "error", "error": told}

        return invoke

    context.patches.replace(lambda_runtime, "subprocess", lambda _: _Starter(node))
    context.patches.replace(lambda_runtime.Worker, "_spawn", spawning)
    context.patches.replace(lambda_runtime.Worker, "invoke", invoking)
