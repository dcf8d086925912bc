"""What answers in pods/exec: a handful of commands and a prompt, enough to try a terminal on."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import msgspec

from simfleet.clock import stamp


class Outcome(msgspec.Struct, frozen=True):
    """Of one command. `pause` in seconds comes before the output; `leave` ends an interactive shell."""

    stdout: str = ""
    stderr: str = ""
    code: int = 0
    pause: float = 0
    leave: bool = False


SHELLS = {"sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash"}
_FILES = {
    "/etc/hostname": "{host}\n",
    "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
    "/etc/resolv.conf": "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n",
}


class Shell:
    """Inside one container."""

    def __init__(self, pod: str, namespace: str, container: str, now: Callable[[], float]) -> None:
        self._pod = pod
        self._namespace = namespace
        self._container = container
        self._now = now
        self.directory = "/"

    def run_line(self, line: str) -> Outcome:
        """One line typed at the prompt; `;` and `&&` join commands."""
        result = Outcome()
        for part in line.replace("&&", ";").split(";"):
            try:
                words = shlex.split(part)
            except ValueError as error:
                return Outcome(stderr=f"sh: syntax error: {error}\n", code=2)
            if words:
                step = self.run(words)
                result = Outcome(
                    result.stdout + step.stdout,
                    result.stderr + step.stderr,
                    step.code,
                    result.pause + step.pause,
                    step.leave,
                )
                if step.leave:
                    break
        return result

    def run(self, words: list[str]) -> Outcome:
        command, arguments = words[0].rpartition("/")[2], words[1:]
        if command in SHELLS:
            return self.run_line(arguments[1]) if len(arguments) > 1 and arguments[0] == "-c" else Outcome()
        known = getattr(self, f"_run_{command}", None)
        if known is None:
            return Outcome(stderr=f"sh: {words[0]}: not found\n", code=127)
        return known(arguments)

    def _run_echo(self, arguments: list[str]) -> Outcome:
        return Outcome(" ".join(arguments) + "\n")

    def _run_hostname(self, _: list[str]) -> Outcome:
        return Outcome(f"{self._pod}\n")

    def _run_whoami(self, _: list[str]) -> Outcome:
        return Outcome("app\n")

    def _run_pwd(self, _: list[str]) -> Outcome:
        return Outcome(self.directory + "\n")

    def _run_cd(self, arguments: list[str]) -> Outcome:
        self.directory = arguments[0] if arguments else "/"
        return Outcome()

    def _run_date(self, _: list[str]) -> Outcome:
        return Outcome(stamp(self._now()) + "\n")

    def _run_true(self, _: list[str]) -> Outcome:
        return Outcome()

    def _run_false(self, _: list[str]) -> Outcome:
        return Outcome(code=1)

    def _run_exit(self, arguments: list[str]) -> Outcome:
        code = int(arguments[0]) if arguments and arguments[0].isdigit() else 0
        return Outcome(code=code % 256, leave=True)

    def _run_sleep(self, arguments: list[str]) -> Outcome:
        return Outcome(pause=float(arguments[0]) if arguments and arguments[0].replace(".", "", 1).isdigit() else 0)

    def _run_env(self, _: list[str]) -> Outcome:
        found = {"HOSTNAME": self._pod, "POD_NAME": self._pod, "LOG_LEVEL": "info", "PATH": "/usr/bin:/bin"}
        return Outcome("".join(f"{k}={v}\n" for k, v in found.items()))

    def _run_ls(self, arguments: list[str]) -> Outcome:
        if any(not a.startswith(("-", "/")) for a in arguments):
            return Outcome(stderr=f"ls: {arguments[-1]}: No such file or directory\n", code=2)
        return Outcome("app\nbin\netc\nhome\nlib\nproc\ntmp\nusr\nvar\n")

    def _run_ps(self, _: list[str]) -> Outcome:
        return Outcome(f"PID   USER     COMMAND\n    1 app      /app/{self._container}\n   31 app      ps\n")

    def _run_cat(self, arguments: list[str]) -> Outcome:
        text = ""
        for name in arguments:
            if name not in _FILES:
                return Outcome(text, f"cat: {name}: No such file or directory\n", 1)
            text += _FILES[name].format(host=self._pod, namespace=self._namespace)
        return Outcome(text)
