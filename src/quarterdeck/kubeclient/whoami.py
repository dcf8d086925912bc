"""SelfSubjectReview of authentication.k8s.io/v1 (KEP-3325): what `kubectl auth whoami` asks."""

from __future__ import annotations

from typing import Final

import msgspec

REVIEW_PATH: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
REVIEW: Final = b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'


class UserInfo(msgspec.Struct, frozen=True):
    """Whom the server takes us for, impersonation included."""

    username: str = ""
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: dict[str, tuple[str, ...]] = {}


class _Status(msgspec.Struct, frozen=True):
    user_info: UserInfo = msgspec.field(default_factory=UserInfo, name="userInfo")


class SelfSubjectReview(msgspec.Struct, frozen=True):
    status: _Status = msgspec.field(default_factory=_Status)
