"""`simfleet`: serve a fleet, switch its faults, print a token (the exec plugin of its kubeconfig)."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

LATEST = Path(tempfile.gettempdir()) / f"simfleet-latest-{os.getuid() if hasattr(os, 'getuid') else 0}.json"
"""Where the newest fleet's state is noted, for `simfleet fault` without --state."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simfleet", description=__doc__)
    parser.add_argument("--clusters", type=int, default=3, metavar="N")
    parser.add_argument("--pods", type=int, default=100, metavar="N", help="in each cluster")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--churn", type=float, default=0.5, metavar="N", help="changes per second and cluster")
    parser.add_argument(
        "--history", type=int, default=1000, metavar="N", help="changes per kind that can be watched again"
    )
    parser.add_argument("--measured", action="store_true", help="answer metrics.k8s.io")
    parser.add_argument("--exec-every", type=int, default=0, metavar="N", help="every N-th context uses an exec plugin")
    parser.add_argument("--token-lifetime", type=float, default=600, metavar="SECONDS", help="of the plugin's tokens")
    parser.add_argument("--kubeconfig", type=Path, metavar="PATH", help="where to write it; else a temporary file")
    parser.add_argument("--ready-fd", type=int, metavar="FD", help="a line is written here once all is served")
    commands = parser.add_subparsers(dest="command")
    token = commands.add_parser("token", help="print an ExecCredential")
    token.add_argument("--cluster", required=True)
    token.add_argument("--user", default="admin")
    token.add_argument("--lifetime", type=float, default=600)
    token.add_argument("--state", type=Path, default=LATEST)
    fault = commands.add_parser("fault", help="switch a fault on; `clear` switches all off")
    fault.add_argument("cluster", help="a context's name, or '*'")
    fault.add_argument("kind", choices=["latency", "hang", "401", "403", "429", "500", "reset", "expire", "clear"])
    fault.add_argument("arguments", nargs="*", help="latency MS [CONNECT_MS]; hang accept|tls|request|watch|list; "
                       "403 RESOURCE…; 429 SECONDS")  # fmt: skip
    fault.add_argument("--times", type=int, help="only so many requests (401, 403, 429, 500)")
    fault.add_argument("--state", type=Path, default=LATEST)
    return parser


def print_token(cluster: str, user: str, lifetime: float, state: Path) -> int:
    """Speaks client.authentication.k8s.io in the version that it is asked for."""
    from simfleet.access import USERS, sign

    try:
        known = json.loads(state.read_text())
    except (OSError, ValueError) as error:
        print(f"simfleet token: no fleet is running: {error}", file=sys.stderr)
        return 1
    if cluster not in known["clusters"] or user not in USERS:
        print(f"simfleet token: no cluster {cluster} or no user {user}", file=sys.stderr)
        return 1
    try:
        asked: dict[str, str] = json.loads(os.environ.get("KUBERNETES_EXEC_INFO", "{}"))
    except ValueError:
        asked = {}
    expires = time.time() + lifetime
    credential = {
        "apiVersion": asked.get("apiVersion", "client.authentication.k8s.io/v1"),
        "kind": "ExecCredential",
        "status": {
            "expirationTimestamp": datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "token": sign(bytes.fromhex(known["secret"]), cluster, user, expires),
        },
    }
    print(json.dumps(credential))
    return 0


def _fault_body(kind: str, arguments: list[str], times: int | None) -> dict[str, object]:
    """Raises ValueError."""
    body: dict[str, object] = {"kind": kind, "times": times}
    if kind == "latency":
        body["ms"] = float(arguments[0]) if arguments else 500.0
        body["connect_ms"] = float(arguments[1]) if len(arguments) > 1 else body["ms"]
    elif kind == "hang" and arguments:
        body["where"] = arguments[0]
    elif kind == "403" and arguments:
        body["resources"] = arguments
    elif kind == "429" and arguments:
        body["retry_after"] = int(arguments[0])
    return body


def switch_fault(cluster: str, kind: str, arguments: list[str], times: int | None, state: Path) -> int:
    try:
        known = json.loads(state.read_text())
        body = json.dumps(_fault_body(kind, arguments, times)).encode()
    except (OSError, ValueError) as error:
        print(f"simfleet fault: {error}", file=sys.stderr)
        return 1
    url = f"{known['admin_url']}/clusters/{urllib.parse.quote(cluster, safe='*')}/faults"
    headers = {"Authorization": f"Bearer {known['admin_token']}"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - loopback, ours
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            response.read()
    except urllib.error.HTTPError as error:
        print(f"simfleet fault: {error.read().decode().strip()}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"simfleet fault: no fleet is running: {error}", file=sys.stderr)
        return 1
    return 0


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    if arguments.command == "token":
        return print_token(arguments.cluster, arguments.user, arguments.lifetime, arguments.state)
    if arguments.command == "fault":
        return switch_fault(arguments.cluster, arguments.kind, arguments.arguments, arguments.times, arguments.state)
    from simfleet.serve import serve

    return serve(arguments, LATEST)


if __name__ == "__main__":
    sys.exit(main())
