"""How routes get what they need: named dependencies, given once when the app is made."""

from __future__ import annotations

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation

from quarterdeck.api.ports import Console
from quarterdeck.api.tokens import Tokens
from quarterdeck.api.views import Views

ConsoleHere = NamedDependency[SkipValidation[Console]]
ViewsHere = NamedDependency[SkipValidation[Views]]
TokensHere = NamedDependency[SkipValidation[Tokens]]

ClusterKey = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{12}$", description="Key of the cluster: 12 hex digits.")]
