"""Command line: arguments → serve, holder or deploy → exit code."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pos_local_aws.errors import LocalAwsError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pos_local_aws", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the local AWS in the foreground until SIGTERM or Ctrl-C")
    serve.add_argument("--port", type=int, required=True, help="TCP port on 127.0.0.1")
    serve.add_argument("--data", type=Path, required=True, help="folder that holds everything that must survive")
    serve.add_argument("--iam", action="store_true", help="evaluate IAM policies on every call")
    holder = commands.add_parser("holder", help="whether a local AWS holds a data folder, and which process it is")
    holder.add_argument("--data", type=Path, required=True, help="the folder that `serve` was given")
    deploy = commands.add_parser("deploy", help="deploy a synthesized stack into a running local AWS")
    deploy.add_argument("--endpoint", required=True, help="http://127.0.0.1:PORT")
    deploy.add_argument("--assembly", type=Path, required=True, help="the cdk.out folder")
    deploy.add_argument("--stack", required=True, help="the stack's name")
    deploy.add_argument("--account", help="twelve digits; the default account when absent")
    deploy.add_argument("--json", action="store_true", help="print {status, outputs, seconds, reader} as JSON")
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    from pos_local_aws.server import serve
    from pos_local_aws.settings import read_settings

    settings = read_settings(port=arguments.port, data=arguments.data, iam=arguments.iam, environ=os.environ)
    # Neither jobs nor Lambdas have any business with it.
    os.environ.pop("POS_LOCAL_AWS_SECRET", None)
    return serve(settings)


def _holder(arguments: argparse.Namespace) -> int:
    from pos_local_aws.data_lock import holder_of

    held, pid = holder_of(arguments.data)
    print(json.dumps({"held": held, "pid": pid}))
    return 0


def _deploy(arguments: argparse.Namespace) -> int:
    from pos_local_aws.deploy import deploy

    result = deploy(
        endpoint=arguments.endpoint,
        assembly=arguments.assembly,
        stack=arguments.stack,
        account=arguments.account,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    if arguments.json:
        reader = result.reader and {
            "accessKeyId": result.reader.access_key_id,
            "secretAccessKey": result.reader.secret_access_key,
        }
        document = {"status": result.status, "outputs": result.outputs, "seconds": result.seconds, "reader": reader}
        print(json.dumps(document))
    else:
        for name, value in result.outputs.items():
            print(f"{name} = {value}")
    return 0


_COMMANDS = {"serve": _serve, "holder": _holder, "deploy": _deploy}


def main(argv: Sequence[str]) -> int:
    """Exit code: 0 done, 1 failed with one line on stderr, 2 bad arguments."""
    arguments = _parser().parse_args(argv)
    try:
        return _COMMANDS[arguments.command](arguments)
    except LocalAwsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
