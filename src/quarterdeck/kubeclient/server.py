"""What a server says of itself: its version, and the UID of a namespace, by which it is known again."""

from __future__ import annotations

import msgspec


class Version(msgspec.Struct):
    git_version: str = msgspec.field(default="", name="gitVersion")
    platform: str = ""


class Uid(msgspec.Struct):
    uid: str = ""


class Namespace(msgspec.Struct):
    metadata: Uid = msgspec.field(default_factory=Uid)
