"""kubectl's own rule for credential plugins: `credentialPluginPolicy` and `credentialPluginAllowlist` of kuberc.

KEP-3104; k8s.io/kubectl/pkg/kuberc and client-go's plugin/pkg/client/auth/exec (1.37).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from quarterdeck.kubeconfig.document import Budget, DocumentError, parse
from quarterdeck.kubeconfig.document import Mapping as MappingNode
from quarterdeck.kubeconfig.entries import Reader
from quarterdeck.kubeconfig.files import read_bounded

_VERSION = "kubectl.config.k8s.io/v1beta1"
_OLD_VERSION = "kubectl.config.k8s.io/v1alpha1"
"""Has no word for the policy: kubectl ignores the fields there."""
_MAX_BYTES = 1024 * 1024


class PluginPolicy(msgspec.Struct, frozen=True):
    """`policy` is AllowAll, DenyAll or Allowlist. `mistake`: why the file cannot be obeyed; then nothing may run."""

    policy: str = "AllowAll"
    allowlist: tuple[str, ...] = ()
    file: str = ""
    mistake: str = ""

    def refusal(self, command: str, program: str, path: str) -> str:
        """Why `command`, found as `program`, may not run; empty if it may. `path` is PATH. Blocking."""
        if self.mistake:
            return f"{self.file} cannot be obeyed: {self.mistake}"
        if self.policy == "AllowAll":
            return ""
        if self.policy == "DenyAll":
            return f"{self.file} forbids all credential plugins"
        # The command as it stands, or as it was found, or an entry that PATH resolves to the same.
        if os.path.normpath(command) in self.allowlist or program in self.allowlist:
            return ""
        for entry in self.allowlist:
            if Path(entry).name == Path(program).name and shutil.which(entry, path=path) == program:
                return ""
        return f"{program} is not on the allowlist in {self.file}"


def read_policy(environment: Mapping[str, str]) -> PluginPolicy:
    """Blocking. As kubectl, ignores the default file if it makes no sense, but not one that KUBERC names."""
    named = environment.get("KUBERC", "")
    if named == "off" or environment.get("KUBECTL_KUBERC", "").lower() in ("false", "0", "f"):
        return PluginPolicy()
    home = environment.get("HOME") or str(Path.home())
    file = named or str(Path(home) / ".kube" / "kuberc")
    try:
        data = read_bounded(file, _MAX_BYTES)
    except (OSError, ValueError):
        return PluginPolicy(file=file, mistake="it cannot be read") if named else PluginPolicy()
    attempted = False
    # The first document that is a Preference counts.
    for document in re.split(rb"(?m)^---[ \t]*$", data):
        if not document.strip():
            continue
        attempted = True
        try:
            found = _preference(document, file)
        except DocumentError:
            found = None
        if found is not None:
            return found
    return PluginPolicy(file=file, mistake="it holds no preferences") if attempted and named else PluginPolicy()


def _preference(document: bytes, file: str) -> PluginPolicy | None:
    """None if it is none of ours. Raises DocumentError."""
    node = parse(document)
    if not isinstance(node, MappingNode):
        return None
    budget = Budget(100_000)
    top = Reader(node, budget, "kuberc")
    if top.text("kind") != "Preference" or top.text("apiVersion") not in (_VERSION, _OLD_VERSION):
        return None
    if top.text("apiVersion") == _OLD_VERSION:
        return PluginPolicy(file=file)
    policy = top.text("credentialPluginPolicy") or "AllowAll"
    listed = top.has("credentialPluginAllowlist")
    allowlist: list[str] = []
    for item in top.nodes("credentialPluginAllowlist"):
        entry = Reader(item, budget, "an entry of credentialPluginAllowlist")
        command, name = entry.text("command"), entry.text("name")
        if command and name and command != name:
            return None
        allowlist.append(command or name)
    return PluginPolicy(policy, tuple(allowlist), file, _mistake(policy, listed, allowlist))


def _mistake(policy: str, listed: bool, allowlist: list[str]) -> str:
    """ValidatePluginPolicy."""
    if policy not in ("AllowAll", "DenyAll", "Allowlist"):
        return "its credentialPluginPolicy is unknown"
    if policy != "Allowlist":
        return f"it has an allowlist but its policy is {policy}" if listed else ""
    if not allowlist:
        return "its policy is Allowlist but the list is empty"
    if any(not entry or os.path.normpath(entry) != entry for entry in allowlist):
        return "its allowlist has an entry that is empty or no clean path"
    return ""
