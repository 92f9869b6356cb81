"""The errors of this tool. Each message is one sentence that a user can act on."""


class LocalAwsError(Exception):
    """Base of everything that the command line reports as one line and exit code 1."""


class HookError(LocalAwsError):
    """The emulator is not the one that the hooks were written for."""


class PortInUseError(LocalAwsError):
    """Somebody else listens on the port."""


class AssemblyError(LocalAwsError):
    """The cloud assembly (cdk.out) lacks a stack, a manifest or an asset."""


class DeployError(LocalAwsError):
    """CloudFormation refused the stack or could not make one of its resources."""
