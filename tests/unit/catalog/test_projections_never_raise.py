"""Whatever decodes has a row of exactly its columns, of the types they promise: for every kind with a projection."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.own_kinds import own_kinds
from quarterdeck.model.kinds import ColumnType
from quarterdeck.stores.protocol import Value
from tests.examples import examples

KINDS = tuple(own_kinds().values())
_TEXTS = st.text(max_size=6) | st.sampled_from(
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.5Z",
        "0001-01-01T00:00:00Z",
        "True",
        "False",
        "1Gi",
        "250m",
        "9e999",
        "Data",
        "Type",
    ]
)
_TYPES: dict[ColumnType, tuple[type, ...]] = {
    ColumnType.TEXT: (str,),
    ColumnType.JSON: (str,),
    ColumnType.INTEGER: (int,),
    ColumnType.TIME: (int,),
    ColumnType.REAL: (int, float),
}
_MOST = 2**63


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """JSON that decodes as a type: any field may be missing, null where it may be, and wordy where it is text."""
    match kind:
        case inspect.StructType(fields=fields):
            known = {f.encode_name: values(f.type) for f in fields}
            needed = {f.encode_name for f in fields if f.required}
            return st.fixed_dictionaries(
                {n: v for n, v in known.items() if n in needed},
                optional={n: v for n, v in known.items() if n not in needed},
            )
        case inspect.UnionType(types=types):
            return st.one_of(*(values(t) for t in types))
        case inspect.ListType(item_type=item):
            return st.lists(values(item), max_size=3)
        case inspect.VarTupleType(item_type=item):
            return st.lists(values(item), max_size=3)
        case inspect.AnyType():
            return st.none() | _TEXTS | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
        case inspect.DictType(value_type=value):
            return st.dictionaries(_TEXTS, values(value), max_size=3)
        case inspect.IntType(ge=least, le=most):
            return st.integers(-3 if least is None else least, 300 if most is None else most) | st.integers(0, 9)
        case inspect.StrType():
            return _TEXTS
        case inspect.BoolType():
            return st.booleans()
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.NoneType():
            return st.none()
        case _:
            raise AssertionError(f"no values known of {kind}")


@cache
def objects(decoder: type) -> st.SearchStrategy[Any]:
    return values(inspect.type_info(decoder))


def fits(value: Value, kind: ColumnType, *, indexed: bool) -> bool:
    if value is None:
        return not indexed
    return isinstance(value, _TYPES[kind]) and (not isinstance(value, int) or -_MOST <= value < _MOST)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.path)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_whatever_decodes_has_a_row(kind: KindSpec[Any], data: st.DataObject) -> None:
    made = data.draw(objects(kind.decoder))
    found = kind.project(msgspec.json.decode(msgspec.json.encode(made), type=kind.decoder))
    assert list(found) == [column.name for column in kind.columns]
    for column in kind.columns:
        assert fits(found[column.name], column.type, indexed=column.indexed), (column.name, found[column.name])
    for column in kind.columns:
        if column.type is ColumnType.JSON:
            msgspec.json.decode(str(found[column.name]))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.path)
def test_a_kind_searches_and_sorts_by_columns_that_it_has(kind: KindSpec[Any]) -> None:
    names = {column.name for column in kind.columns}
    assert names.issuperset(kind.searched)
    assert names.issuperset(name.removeprefix("-") for name in kind.default_sort)
    assert len(names) == len(kind.columns)
