"""Credentials from an exec plugin: policy, start, answer, and each way to fail as an error that says what to do."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final, Protocol

from quarterdeck.kubeconfig.exec_protocol import BadAnswerError, Secret, exec_info, read_answer
from quarterdeck.kubeconfig.plugin_process import (
    MAX_OUTPUT_BYTES,
    PluginLimits,
    PluginNotFoundError,
    PluginOutput,
    PluginTimeoutError,
    PluginTooLoudError,
    run_plugin,
)
from quarterdeck.kubeconfig.policy import PluginPolicy, read_policy
from quarterdeck.kubeconfig.scrub import HIDDEN, is_secret_name, last_lines, scrub, secrets_of
from quarterdeck.model.errors import AuthError, ClusterError, DeadlineError
from quarterdeck.model.target import ExecPlugin, Target

PERSON_TIMEOUT: Final = "person_timeout"
"""The reason of a plugin that waited for a person in vain: it is not run again unasked."""
TERMINAL_REQUIRED: Final = "terminal_required"


class PluginRefusedError(Exception):
    """kuberc's policy forbids it; the message says why."""


class PluginRunner(Protocol):
    """Raises PluginRefusedError and all that run_plugin raises. Cancelled, it leaves no process."""

    async def __call__(
        self, plugin: ExecPlugin, info: str, limits: PluginLimits, waiting: Callable[[str], None]
    ) -> PluginOutput: ...


class SystemPlugins:
    """Runs plugins on this machine, as kuberc allows. `environment` is ours, os.environ unless given."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    async def __call__(
        self, plugin: ExecPlugin, info: str, limits: PluginLimits, waiting: Callable[[str], None]
    ) -> PluginOutput:
        program = await asyncio.to_thread(self._allowed, plugin)
        environment = {**self._environment, **dict(plugin.env), "KUBERNETES_EXEC_INFO": info}
        return await run_plugin(program, plugin.args, environment, limits, waiting)

    def _allowed(self, plugin: ExecPlugin) -> str:
        policy: PluginPolicy = read_policy(self._environment)
        # A policy that forbids all is told before a command that is not there.
        if policy.mistake or policy.policy == "DenyAll":
            raise PluginRefusedError(policy.refusal(plugin.command, plugin.command, ""))
        path = self._environment.get("PATH", "")
        program = find_program(plugin.command, path)
        if refusal := policy.refusal(plugin.command, program, path):
            raise PluginRefusedError(refusal)
        return program


def find_program(command: str, path: str) -> str:
    """As Go's exec.LookPath, in our own PATH and not the plugin's. Raises PluginNotFoundError. Blocking."""
    found = shutil.which(command, path=path)
    # LookPath refuses what PATH finds in the current folder (exec.ErrDot).
    if found is None or (os.sep not in command and not Path(found).is_absolute()):
        raise PluginNotFoundError(command)
    return found


async def fetch_exec(target: Target, run: PluginRunner, limits: PluginLimits, waiting: Callable[[str], None]) -> Secret:
    """Runs the plugin of `target` once. Raises AuthError, and DeadlineError where it gave no answer in time."""
    plugin = target.auth.exec_plugin
    assert plugin is not None
    secrets = secrets_of(plugin.env, plugin.args)
    name = Path(plugin.command).name
    try:
        output = await run(
            plugin,
            exec_info(target),
            limits,
            lambda line: waiting(f"{name}: {scrub(line, secrets)[:2_000]}"),
        )
        if output.code == 0:
            return read_answer(output.stdout, plugin.api_version)
        raise _failed(plugin, name, output, secrets)
    except PluginRefusedError as error:
        raise AuthError(
            "plugin_not_allowed", f"{name} may not run: {error}.", advice="Change the policy in kuberc if you trust it."
        ) from None
    except PluginNotFoundError:
        hint = scrub(plugin.install_hint).strip()
        raise AuthError(
            "plugin_not_installed",
            f"The credential plugin {plugin.command} was not found, or may not be run.",
            advice=hint or f"Install {name}, or make sure that it is in the PATH of this program.",
        ) from None
    except PluginTimeoutError as error:
        raise _timeout(plugin, name, error, secrets) from None
    except PluginTooLoudError:
        limit = MAX_OUTPUT_BYTES // 1024
        raise AuthError(
            "plugin_output", f"{name} printed more than {limit} KiB.", command=command_line(plugin)
        ) from None
    except BadAnswerError as error:
        raise AuthError(
            "plugin_output",
            f"{name} gave no usable answer: {error}.",
            advice="Run it in a terminal to see what it prints.",
            command=command_line(plugin),
        ) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise AuthError(
            "plugin_failed", f"{name} could not be started: {reason}.", command=command_line(plugin)
        ) from None


def _failed(plugin: ExecPlugin, name: str, output: PluginOutput, secrets: tuple[str, ...]) -> ClusterError:
    said = last_lines(output.stderr, secrets)
    how = f"failed with exit code {output.code}" if output.code >= 0 else f"was ended by signal {-output.code}"
    login = login_command(plugin, output.stderr)
    return AuthError(
        "plugin_failed",
        f"{name} {how}{f': {said}' if said else ''}",
        advice="Log in again." if login else "Run it in a terminal to see what it needs.",
        command=login or command_line(plugin),
    )


def _timeout(plugin: ExecPlugin, name: str, error: PluginTimeoutError, secrets: tuple[str, ...]) -> ClusterError:
    said = last_lines(error.stderr, secrets)
    tail = f" It said: {said}" if said else ""
    if error.asked:
        return AuthError(
            PERSON_TIMEOUT,
            f"{name} waited {error.seconds:g} s for somebody to log in.{tail}",
            advice="Retry when you are ready to log in, or log in from a terminal.",
            command=login_command(plugin, error.stderr) or command_line(plugin),
        )
    return DeadlineError(
        "plugin_timeout",
        f"{name} gave no answer within {error.seconds:g} s.{tail}",
        advice="Run it in a terminal to see what it waits for.",
        command=command_line(plugin),
    )


def needs_terminal(plugin: ExecPlugin) -> AuthError:
    """Of a plugin that insists on standard input (interactiveMode Always)."""
    name = Path(plugin.command).name
    return AuthError(
        TERMINAL_REQUIRED,
        f"{name} insists on a terminal (interactiveMode: Always), which is not ours to give.",
        advice="Log in from a terminal and set interactiveMode to IfAvailable if the plugin can do without.",
        command=command_line(plugin),
    )


def command_line(plugin: ExecPlugin) -> str:
    """To copy into a shell. Values of variables and flags that hold secrets are hidden."""
    secrets = secrets_of(plugin.env, plugin.args)
    words = [f"{name}={shlex.quote(value)}" for name, value in plugin.env if not is_secret_name(name)]
    words += [shlex.quote(word) for word in (plugin.command, *plugin.args)]
    line = " ".join(words)
    for secret in sorted(secrets, key=len, reverse=True):
        line = line.replace(secret, HIDDEN)
    return line


def login_command(plugin: ExecPlugin, stderr: str) -> str:
    """The command that renews the login behind this plugin, where what it said shows that this is needed."""
    name = Path(plugin.command).name
    env = dict(plugin.env)
    if name in ("aws", "aws-iam-authenticator", "aws-vault") and ("sso" in stderr.lower() or "expired" in stderr):
        profile = flag_value(plugin.args, "--profile") or env.get("AWS_PROFILE", "")
        return f"aws sso login --profile {shlex.quote(profile)}" if profile else "aws sso login"
    if name.startswith(("gke-gcloud-auth-plugin", "gcloud")) and "gcloud auth" in stderr:
        return "gcloud auth login"
    if name == "kubelogin" and "az login" in stderr:
        return "az login"
    if name == "tsh":
        proxy = flag_value(plugin.args, "--proxy")
        return f"tsh login --proxy={shlex.quote(proxy)}" if proxy else "tsh login"
    return ""


def flag_value(args: tuple[str, ...], flag: str) -> str:
    """Of `--flag value` or `--flag=value`; empty if it is not there."""
    for word, following in pairwise((*args, "")):
        if word == flag:
            return following
        if word.startswith(f"{flag}="):
            return word[len(flag) + 1 :]
    return ""
