#!/usr/bin/env python3
"""A credential plugin (client.authentication.k8s.io) that does what its first argument says. Standard library alone.

    plugin.py token TOKEN [--expires-in SECONDS] [--certificate CRT --key KEY] [--delay SECONDS]
    plugin.py token-file FILE [--expires-in SECONDS]      the token is read anew at each run
    plugin.py hang                                        says nothing, ends never; a child of it hangs too
    plugin.py fail [MESSAGE] [--code N]                   MESSAGE on stderr, exit code N (1)
    plugin.py junk                                        exit code 0, and no JSON
    plugin.py wrong-kind                                  JSON, but no ExecCredential
    plugin.py ask                                         wants a line from a terminal, fails without one
    plugin.py huge [--bytes N]                            N (64 million) bytes on stdout
    plugin.py stubborn                                    ignores SIGTERM and hangs
    plugin.py info                                        the token is the server that KUBERNETES_EXEC_INFO names

Each run adds a line to the file that PLUGIN_RUNS names, if any: its arguments and its process id.
"""

import argparse
import datetime
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def _version() -> str:
    info = os.environ.get("KUBERNETES_EXEC_INFO")
    if info:
        return str(json.loads(info)["apiVersion"])
    return os.environ.get("PLUGIN_API_VERSION", "client.authentication.k8s.io/v1")


def _credential(status: dict[str, str], expires_in: float | None) -> None:
    if expires_in is not None:
        when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=expires_in)  # noqa: UP017 - any python3
        status["expirationTimestamp"] = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps({"apiVersion": _version(), "kind": "ExecCredential", "status": status}))


def _hang() -> int:
    while True:
        time.sleep(3600)


def _huge(size: int) -> int:
    piece = b"x" * 65536
    for _ in range(size // len(piece) + 1):
        sys.stdout.buffer.write(piece)
    return 0


def _ask() -> int:
    if not sys.stdin.isatty():
        print("cannot ask for the password: standard input is not a terminal", file=sys.stderr)
        return 1
    print("Password: ", end="", file=sys.stderr, flush=True)
    _credential({"token": sys.stdin.readline().strip()}, None)
    return 0


def _info() -> int:
    spec = json.loads(os.environ.get("KUBERNETES_EXEC_INFO", "{}")).get("spec", {})
    _credential({"token": spec.get("cluster", {}).get("server", "none")}, None)
    return 0


def _token(arguments: argparse.Namespace) -> int:
    time.sleep(arguments.delay)
    text = arguments.what
    if arguments.act == "token-file":
        text = Path(text).read_text().strip()
    status = {"token": text} if text else {}
    if arguments.certificate:
        status["clientCertificateData"] = Path(arguments.certificate).read_text()
        status["clientKeyData"] = Path(arguments.key).read_text()
    _credential(status, arguments.expires_in)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("act")
    parser.add_argument("what", nargs="?", default="")
    parser.add_argument("--expires-in", type=float)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--code", type=int, default=1)
    parser.add_argument("--bytes", type=int, default=64_000_000)
    arguments = parser.parse_args()
    runs = os.environ.get("PLUGIN_RUNS")
    if runs:
        with Path(runs).open("a") as file:
            file.write(f"{' '.join(sys.argv[1:])} {os.getpid()}\n")
    act = arguments.act
    if act in ("token", "token-file"):
        return _token(arguments)
    if act == "hang":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        return _hang()
    if act == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return _hang()
    if act == "fail":
        print(arguments.what or "the login has expired: run `plugin login`", file=sys.stderr)
        return int(arguments.code)
    if act == "junk":
        print("Welcome! You have 3 new messages.")
        return 0
    if act == "wrong-kind":
        print(json.dumps({"apiVersion": "v1", "kind": "Pod"}))
        return 0
    if act == "huge":
        return _huge(arguments.bytes)
    if act == "ask":
        return _ask()
    if act == "info":
        return _info()
    print(f"no such act: {act}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
