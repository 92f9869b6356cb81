"""What every hook gets: the settings, the patcher, credentials, clients, and a way to know the server stops."""

import functools
import threading
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.loaders import Loader
from botocore.model import ServiceModel

from pos_local_aws.registry import Patches, internals
from pos_local_aws.settings import REGION, ServerSettings
from pos_local_aws.waiting_shell import WaitingShell

REQUIRES = (
    *internals("ministack.app", "AUTH"),
    *internals("ministack.core.lambda_runtime", execution_credentials="config"),
    *internals("ministack.core.responses", "get_account_id", "get_region"),
)
_client_lock = threading.Lock()
# One session for all clients: it keeps the service models, which take longest to read.
_session = boto3.session.Session()


@functools.lru_cache(maxsize=256)
def _client(service: str, endpoint: str, credentials: tuple[tuple[str, str], ...]) -> Any:
    # Making a client is not thread-safe in boto3, and costs tens of milliseconds: make each once.
    with _client_lock:
        return _session.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            config=Config(retries={"max_attempts": 2, "mode": "standard"}, max_pool_connections=32, read_timeout=120),
            **{name.lower(): value for name, value in credentials},
        )


@functools.lru_cache(maxsize=64)
def service_model(name: str) -> ServiceModel:
    """A service's model, by boto3's name of it.

    By a loader of its own: clients change the models of theirs, and take the bucket out of S3's paths.
    """
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@dataclass
class HookContext:
    """Shared by all hooks of one server."""

    settings: ServerSettings
    folder: str
    """The data folder itself, whatever its name; see identity.py."""
    patches: Patches = field(default_factory=Patches)
    stopping: threading.Event = field(default_factory=threading.Event)
    waiting: WaitingShell = field(default_factory=WaitingShell)

    def role_credentials(self, role: str | None, *, session: str) -> dict[str, str]:
        """AWS_* variables of a service that acts for a role.

        Without IAM they only select the account; with IAM they are the role's session, so each call is evaluated
        against the role's policies. A service without a role gets a role that does not exist, and is denied.
        """
        from ministack.core import lambda_runtime
        from ministack.core.responses import get_account_id

        account = role.split(":")[4] if role else get_account_id()
        arn = role or f"arn:aws:iam::{account}:role/none"
        credentials: dict[str, str] = lambda_runtime.execution_credentials(
            {
                "Role": arn,
                "FunctionName": session,
                "FunctionArn": f"arn:aws:lambda:{REGION}:{account}:function:{session}",
            }
        )
        return credentials

    def client(self, service: str, *, role: str | None, session: str) -> Any:
        """A boto3 client of this server that acts as the role."""
        credentials = {k: v for k, v in self.role_credentials(role, session=session).items() if v}
        return _client(service, self.settings.endpoint, tuple(sorted(credentials.items())))

    def root_client(self, service: str) -> Any:
        """A client of the current account's root, for what AWS services do with their own rights."""
        from ministack.core.responses import get_account_id

        credentials = {"AWS_ACCESS_KEY_ID": get_account_id(), "AWS_SECRET_ACCESS_KEY": "test"}
        return _client(service, self.settings.endpoint, tuple(sorted(credentials.items())))
