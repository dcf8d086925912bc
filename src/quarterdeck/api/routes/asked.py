"""What the named views are asked by, alike in all of them."""

from __future__ import annotations

from typing import Annotated

from litestar.params import QueryParameter

MOST = 1000
Clusters = Annotated[list[str] | None, QueryParameter(max_items=256, description="Keys; none means all that are open.")]
Namespaces = Annotated[list[str] | None, QueryParameter(max_items=256, description="None means all.")]
Words = Annotated[str, QueryParameter(max_length=256, description="Words, all of which are in a name.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]
