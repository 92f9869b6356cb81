"""What a server is started with, and the environment variables that the emulator reads from it."""

import os
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pos_local_aws.errors import LocalAwsError

HOST = "127.0.0.1"
REGION = "us-east-1"
JobKind = Literal["pythonshell", "glueetl"]


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """One server's settings; immutable once it runs."""

    port: int
    data: Path
    iam: bool
    shell_python: str
    spark_python: str
    node: str | None
    packages: Path
    """Where the jobs' wheels are installed, one folder a wheel. Several servers may share it."""
    secret: str = ""
    snapshot_seconds: float = 1.0
    alarm_seconds: float = 5.0

    @property
    def endpoint(self) -> str:
        """The URL that clients use."""
        return f"http://{HOST}:{self.port}"

    @property
    def processes(self) -> Path:
        """One file per running job process, so that a later server can end what a crash left behind."""
        return self.data / "processes"

    @property
    def temporary(self) -> Path:
        """Scratch space, emptied at each start."""
        return self.data / "tmp"

    @property
    def iam_calls(self) -> Path:
        """One JSON line per evaluated call."""
        return self.data / "iam-calls.jsonl"

    @property
    def operations(self) -> Path:
        """One JSON line per operation of a service that was called, and kind of client."""
        return self.data / "operations.jsonl"

    def python_for(self, kind: JobKind) -> str:
        """The interpreter that stands for a job kind's runtime."""
        return self.shell_python if kind == "pythonshell" else self.spark_python


def read_settings(*, port: int, data: Path, iam: bool, environ: Mapping[str, str]) -> ServerSettings:
    """Settings from the command line and the environment.

    `POS_LOCAL_AWS_SECRET` is what the server proves itself with to whoever started it; see identity.py.

    Raises LocalAwsError when an interpreter that the environment names does not exist.
    """
    shell = environ.get("POS_GLUE_SHELL_PYTHON", sys.executable)
    spark = environ.get("POS_GLUE_SPARK_PYTHON", sys.executable)
    node = environ.get("POS_NODE")
    for variable, value in (
        ("POS_GLUE_SHELL_PYTHON", shell),
        ("POS_GLUE_SPARK_PYTHON", spark),
        ("POS_NODE", node),
    ):
        if value is not None and not os.access(value, os.X_OK):
            raise LocalAwsError(f"{variable} names {value}, which is not an executable file")
    # Absolute without following links: a virtual environment's python is a link, and its place is its meaning.
    return ServerSettings(
        port=port,
        data=data.absolute(),
        packages=Path(environ.get("POS_LOCAL_AWS_PACKAGES") or data / "packages").absolute(),
        iam=iam,
        shell_python=os.path.abspath(shell),  # noqa: PTH100
        spark_python=os.path.abspath(spark),  # noqa: PTH100
        node=os.path.abspath(node) if node else None,  # noqa: PTH100
        # One that nobody knows proves nothing, which is right for a server that was started by hand.
        secret=environ.get("POS_LOCAL_AWS_SECRET") or secrets.token_hex(32),
        snapshot_seconds=float(environ.get("POS_LOCAL_AWS_SNAPSHOT_SECONDS", "1")),
        alarm_seconds=float(environ.get("POS_LOCAL_AWS_ALARM_SECONDS", "5")),
    )


def forget_aws_settings(environ: MutableMapping[str, str]) -> None:
    """Take away the user's own AWS settings: a profile, a key or an endpoint of theirs has no business here."""
    for name in [name for name in environ if name.startswith("AWS_")]:
        del environ[name]
    environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)


def emulator_environment(settings: ServerSettings, *, path: str) -> dict[str, str]:
    """The variables that the emulator reads when it is imported.

    Its own defaults bind every interface, start an MQTT and an SFTP listener and keep state in /tmp.
    """
    node_folder = [str(settings.data / "bin")] if settings.node else []
    # The emulator's Node bootstrap uses url.parse, which Node comments on in every function's log.
    node_options = {"NODE_OPTIONS": "--disable-warning=DEP0169"} if settings.node else {}
    return {
        **node_options,
        "GATEWAY_PORT": str(settings.port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "USE_SSL": "0",
        "AUTH": "true" if settings.iam else "false",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(settings.data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(settings.data / "s3"),
        # A socket that does not exist: the emulator must never reach for a container engine.
        "DOCKER_HOST": f"unix://{settings.data}/no-container-engine.sock",
        "LAMBDA_EXECUTOR": "local",
        # The emulator's own clients, and the processes it starts, talk to this server and to nothing else.
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Whatever the emulator and the functions leave there goes with the next start.
        "TMPDIR": str(settings.temporary),
        "PATH": os.pathsep.join([*node_folder, str(Path(sys.executable).parent), path]),
    }
