"""The commands: `python -m emulator serve | deploy | verify | judge`."""

import argparse
import sys
from pathlib import Path


def build(text):
    """A folder of units, as `beanc build --out` wrote it."""
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def pair(text):
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return key, value


def arguments():
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", help="run the AWS emulator and print its address")
    serve.add_argument("--port", type=int, default=0)
    serve.add_argument("--zone", default="Z00000EXAMPLE00000ZONE", help="the id that the first hosted zone gets")

    deploy = commands.add_parser("deploy", help="deploy a build one way, to an emulator that stays up")
    deploy.add_argument("build", type=build)
    deploy.add_argument("--way", choices=("cloudformation", "terraform"), required=True)
    deploy.add_argument("--param", type=pair, action="append", default=[])

    verify = commands.add_parser("verify", help="deploy builds both ways and compare what exists")
    verify.add_argument("builds", type=build, nargs="+")
    verify.add_argument("--param", type=pair, action="append", default=[], help="a stack parameter or variable")
    verify.add_argument("--update", type=build, action="append", default=[], help="the build that follows, one for each")
    verify.add_argument("--update-param", type=pair, action="append", default=[])

    judge = commands.add_parser("judge", help="have cfn-lint, terraform and checkov read builds")
    judge.add_argument("builds", type=build, nargs="+")
    judge.add_argument("--param", type=pair, action="append", default=[])
    judge.add_argument("--only", choices=("cfn-lint", "terraform", "checkov"), action="append")
    return parser.parse_args()


def main():
    given = arguments()
    if given.command == "serve":
        from . import server

        port = given.port or server.free_port()
        print(f"http://127.0.0.1:{port}", flush=True)
        server.serve(port, given.zone)
        return 0
    if given.command == "deploy":
        from . import verify

        return verify.deploy(given.build, given.way, dict(given.param))
    if given.command == "verify":
        from . import verify

        return verify.run(given.builds, dict(given.param), given.update, dict(given.update_param))
    from . import judge

    return judge.run(given.builds, dict(given.param), given.only)


if __name__ == "__main__":
    sys.exit(main())
