"""What is made of one object's JSON without asking anybody: text, relations, a Secret without its values, events."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.event_groups import grouped
from quarterdeck.catalog.manifests.printing import yaml_of
from quarterdeck.catalog.manifests.scalars import ordered
from quarterdeck.catalog.related.planning import RULES, plan_of
from quarterdeck.catalog.related.selecting import Expression, LabelSelector, selector_text
from quarterdeck.catalog.secrets import HIDDEN, value_of, without_values
from quarterdeck.model.errors import ServerError
from quarterdeck.model.kinds import Resource

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_text_reads_back_as_the_object(found: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_of(json.dumps(found).encode())) == found


def test_a_large_object_is_printed_as_a_small_one() -> None:
    rule: dict[str, Any] = {
        "name": "rule",
        "value": "v" * 40,
        "list": [1, 2.5, None, True, "yes"],
        "empty": {},
        "none": [],
    }
    large: dict[str, Any] = {"kind": "X", "spec": {"rules": [rule] * 2000, "text": "word " * 9000}}
    text = yaml_of(json.dumps(large).encode())
    assert yaml.safe_load(text) == large
    small = yaml_of(json.dumps({"kind": "X", "spec": {"rules": [rule]}}).encode())
    assert text.startswith(small)


@given(st.lists(TEXTS, max_size=8, unique=True))
def test_keys_have_one_order_whatever_they_came_in(keys: list[str]) -> None:
    assert ordered(keys) == ordered(keys[::-1])


def test_keys_are_ordered_as_kubectl_orders_them() -> None:
    assert ordered(["f:k10", ".", "f:k9", "k:{}", "kind", "apiVersion"]) == [
        ".",
        "apiVersion",
        "f:k9",
        "f:k10",
        "k:{}",
        "kind",
    ]


@given(st.sampled_from(sorted(RULES)), st.dictionaries(st.sampled_from(["spec", "roleRef", "endpoints"]), VALUES))
def test_no_object_of_any_shape_breaks_a_plan(kind: tuple[str, str], found: dict[str, Any]) -> None:
    raw = json.dumps({"kind": "X", "metadata": {"name": "x", "uid": "u"}, **found}).encode()
    plan = plan_of(Resource(kind[0], "v1", kind[1]), raw)
    assert (plan.kind, plan.head.uid) == ("X", "u")


LINKS: list[tuple[tuple[str, str], dict[str, Any], list[tuple[str, str, str]]]] = [
    (
        ("networking.k8s.io", "ingresses"),
        {
            "spec": {
                "ingressClassName": "nginx",
                "defaultBackend": {"service": {"name": "fallback"}},
                "rules": [
                    {"host": "a.example", "http": {"paths": [{"path": "/", "backend": {"service": {"name": "web"}}}]}}
                ],
                "tls": [{"secretName": "cert"}],
            }
        },
        [
            ("IngressClass", "", "nginx"),
            ("Secret", "shop", "cert"),
        ],
    ),
    (
        ("autoscaling", "horizontalpodautoscalers"),
        {"spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}},
        [("Deployment", "shop", "web")],
    ),
    (
        ("", "persistentvolumes"),
        {"spec": {"claimRef": {"namespace": "other", "name": "data"}, "storageClassName": "fast"}},
        [("PersistentVolumeClaim", "other", "data"), ("StorageClass", "", "fast")],
    ),
    (
        ("discovery.k8s.io", "endpointslices"),
        {"endpoints": [{"targetRef": {"kind": "Pod", "name": "web-0", "namespace": "shop"}}]},
        [("Pod", "shop", "web-0")],
    ),
    (
        ("", "serviceaccounts"),
        {"secrets": [{"name": "token"}], "imagePullSecrets": [{"name": "registry"}]},
        [("Secret", "shop", "token"), ("Secret", "shop", "registry")],
    ),
    (
        ("rbac.authorization.k8s.io", "clusterrolebindings"),
        {
            "roleRef": {"kind": "ClusterRole", "name": "admin"},
            "subjects": [
                {"kind": "Group", "name": "ops"},
                {"kind": "ServiceAccount", "name": "bot", "namespace": "ci"},
            ],
        },
        [("ClusterRole", "", "admin"), ("Group", "", "ops"), ("ServiceAccount", "ci", "bot")],
    ),
    (
        ("", "pods"),
        {
            "spec": {
                "nodeName": "n1",
                "volumes": [{"name": "a", "projected": {"sources": [{"configMap": {"name": "ca"}}]}}],
                "containers": [{"envFrom": [{"secretRef": {"name": "env"}}]}],
                "initContainers": [{"env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "init"}}}]}],
            }
        },
        [("Node", "", "n1"), ("ConfigMap", "shop", "ca"), ("ConfigMap", "shop", "init"), ("Secret", "shop", "env")],
    ),
]


@pytest.mark.parametrize(("kind", "more", "wanted"), LINKS, ids=[kind[1] for kind, _, _ in LINKS])
def test_an_object_names_what_it_uses(
    kind: tuple[str, str], more: dict[str, Any], wanted: list[tuple[str, str, str]]
) -> None:
    found = {"kind": "X", "metadata": {"name": "x", "namespace": "shop", "uid": "u"}, **more}
    plan = plan_of(Resource(kind[0], "v1", kind[1]), json.dumps(found).encode())
    assert [(link.kind, link.namespace, link.name) for link in plan.links] == wanted


def test_a_selector_is_what_kubectl_makes_of_it() -> None:
    expressions = [Expression("tier", "In", ["a", "b"]), Expression("old", "DoesNotExist"), Expression("on", "Exists")]
    assert selector_text(LabelSelector({"app": "web"}, expressions)) == "app=web,tier in (a,b),!old,on"
    assert selector_text(None) == "" == selector_text(LabelSelector({}, []))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.binary(min_size=4, max_size=40), min_size=1))
def test_no_value_of_a_secret_is_left_anywhere(values: dict[str, bytes]) -> None:
    data = {key: base64.b64encode(value).decode() for key, value in values.items()}
    plain = [value.decode("utf-8", "replace") for value in values.values()]
    whole = {"kind": "Secret", "metadata": {"name": "s"}, "data": data}
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps(
            whole | {"stringData": dict.fromkeys(data, "x")}
        ),
        "objectset.rio.cattle.io/applied": "H4sIAAAA",
        "copy": f"of {next(iter(data.values()))}",
        "plain": f"of {plain[0]}",
        "other": "",
    }
    secret = whole | {"metadata": {"name": "s", "annotations": annotations}}
    raw, sizes = without_values(json.dumps(secret).encode())
    assert sizes == {key: len(value) for key, value in values.items()}
    kept = msgspec.json.decode(raw)
    assert kept["data"] == {key: f"({len(value)} bytes)" for key, value in values.items()}
    assert kept["metadata"]["annotations"]["copy"] == HIDDEN
    assert kept["metadata"]["annotations"]["objectset.rio.cattle.io/applied"] == HIDDEN
    assert kept["metadata"]["annotations"]["other"] == ""
    left = raw.decode()
    assert not [value for value in data.values() if len(value) > 8 and value in left]


def test_a_value_is_given_by_its_key_alone() -> None:
    raw = json.dumps({"data": {"a": base64.b64encode(b"abc").decode()}}).encode()
    found = value_of(raw, "a")
    assert (found.value, found.size, "abc" in repr(found)) == ("abc", 3, False)
    with pytest.raises(ServerError):
        value_of(raw, "b")


def test_events_that_say_the_same_are_one_newest_first() -> None:
    said = ("Normal", "Pulled", "Pulled it", "kubelet, n1", "")
    rows = [(*said, 2, 100, 200), ("Warning", "BackOff", "Again", "kubelet, n1", "", 1, 50, 300), (*said, 3, 90, 250)]
    found = grouped(rows)
    assert [(e.reason, e.count, e.first_seen, e.last_seen) for e in found] == [
        ("BackOff", 1, 50, 300),
        ("Pulled", 5, 90, 250),
    ]
