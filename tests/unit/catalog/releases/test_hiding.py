"""What is secret in a release is left out until it is asked for, wherever it stands; everything else stays as it is."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.releases.hiding import Hidden, manifest_of, text_of, values_of
from quarterdeck.catalog.secrets import HIDDEN
from tests.fleet.domains.helm import MANIFEST


def hidden() -> Hidden:
    return Hidden(0, set())


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def test_values_of_secret_names_are_hidden_at_any_depth_and_nothing_else() -> None:
    seen = hidden()
    config = {
        "replicas": 2,
        "db": {"password": "pw", "host": "h", "users": [{"name": "a", "apiKey": "k"}]},
        "existingSecret": "",
        "tokens": ["t1", "t2"],
        "tokenReview": {"enabled": True},
    }
    found = yaml.safe_load(values_of(raw(config), seen))
    assert found == {
        "replicas": 2,
        "db": {"password": HIDDEN, "host": "h", "users": [{"name": "a", "apiKey": HIDDEN}]},
        "existingSecret": "",
        "tokens": [HIDDEN, HIDDEN],
        "tokenReview": {"enabled": True},
    }
    assert seen.count == 4
    assert yaml.safe_load(values_of(raw(config), None)) == config


@pytest.mark.parametrize("nothing", [msgspec.Raw(b""), msgspec.Raw(b"null"), msgspec.Raw(b"{}")])
def test_no_values_are_no_text(nothing: msgspec.Raw) -> None:
    assert values_of(nothing, hidden()) == ""


def test_secrets_of_a_manifest_lose_their_values_and_other_objects_stay_as_they_were() -> None:
    seen = hidden()
    shown = manifest_of(MANIFEST, seen)
    assert "aHVudGVyMi1sb25n" not in shown
    assert "# Source: web/templates/secret.yaml" in shown
    assert MANIFEST.split("---\n")[2] in shown
    [_, secret, deployment] = shown.split("---\n")
    assert yaml.safe_load(secret)["data"] == {"password": HIDDEN}
    assert yaml.safe_load(deployment)["spec"] == {"replicas": 3}
    assert text_of("Log in with hunter2-long or aHVudGVyMi1sb25n.", seen) == f"Log in with {HIDDEN} or {HIDDEN}."
    assert manifest_of(MANIFEST, None) == MANIFEST


@pytest.mark.parametrize(
    "document",
    [
        'kind: Secret\nstringData: {a: topsecret}\n',
        '{"kind": "Secret", "data": {"a": "topsecret"}}\n',
        "kind: List\nitems:\n- kind: Secret\n  stringData: {a: topsecret}\n",
        "kind: 'Secret'\nstringData: topsecret\n",
        "kind: Secret\nstringData:\n  a: |\n    topsecret\n    ---\n    topsecret\n",
        "kind: Secret\nx: &a topsecret\nstringData: {a: *a}\n",
        "kind: Secret\nstringData: {a: topsecret\n",
        "kind: Secret\nstringData: {1: topsecret}\n",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_secret_shows_it(document: str) -> None:
    seen = hidden()
    assert "topsecret" not in manifest_of(f"---\n{document}---\nkind: ConfigMap\n", seen)
    assert seen.count >= 1


def test_aliases_that_unfold_without_end_are_not_unfolded() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    bomb = "kind: Secret\n" + "\n".join(lines) + "\n"
    assert HIDDEN in manifest_of(bomb, hidden())


@given(st.dictionaries(st.text("abcxyz", min_size=1), st.text(min_size=8, max_size=40), min_size=1, max_size=4))
def test_whatever_the_values_none_of_them_is_shown(values: dict[str, str]) -> None:
    body = {
        "kind": "Secret",
        "data": {k: base64.b64encode(v.encode("utf-8", "replace")).decode() for k, v in values.items()},
    }
    shown = manifest_of(f"---\n{yaml.safe_dump(body)}", hidden())
    assert yaml.safe_load(shown)["data"] == dict.fromkeys(values, HIDDEN)
