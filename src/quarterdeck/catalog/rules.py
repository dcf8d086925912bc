"""Rules of a role, or of who is asked about a request, in a few words: verbs on resources."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice, product

import msgspec

EVERY = "*"
_CORE = "core"
_URLS = "/*"
"""All URLs, so that nobody takes them for all resources."""
_MOST_RULES, _MOST_THINGS = 3, 3
"""As much as a cell of a table holds."""
_MOST_LISTED, _MOST_NAMED = 100, 20
"""And as much as somebody reads who looks at one role."""


class Rule(msgspec.Struct, gc=False):
    verbs: list[str] | None = None
    groups: list[str] | None = msgspec.field(default=None, name="apiGroups")
    resources: list[str] | None = None
    names: list[str] | None = msgspec.field(default=None, name="resourceNames")
    urls: list[str] | None = msgspec.field(default=None, name="nonResourceURLs")

    @property
    def wild(self) -> bool:
        """Of all verbs, or of all that there is of something."""
        return any(EVERY in (said or ()) for said in (self.verbs, self.groups, self.resources, self.urls))


def granted(rules: list[Rule]) -> str:
    """`* on *.*; get,list on pods,deployments.apps; + 4 more`: what is granted by `*` comes first."""
    first = sorted(rules, key=lambda rule: not rule.wild)[:_MOST_RULES]
    return "; ".join([_text(rule, _MOST_THINGS) for rule in first] + _more(len(rules), _MOST_RULES))


def listed(rules: list[Rule]) -> list[str]:
    """One text a rule, in the role's order."""
    return [_text(rule, _MOST_NAMED) for rule in rules[:_MOST_LISTED]] + _more(len(rules), _MOST_LISTED)


def _text(rule: Rule, most: int) -> str:
    groups, resources, urls = rule.groups or [""], rule.resources or [], rule.urls or []
    # Many groups by many resources would be more than anybody waits for: only those shown are made.
    pairs = (_in_group(resource, group) for group, resource in product(groups, resources))
    things = _cut(
        chain(pairs, (_URLS if url == EVERY else url for url in urls)), len(groups) * len(resources) + len(urls), most
    )
    named = f" named {_cut(rule.names, len(rule.names), most)}" if rule.names else ""
    verbs = rule.verbs or []
    return f"{_cut(verbs, len(verbs), _MOST_NAMED)} on {things}{named}"


def _in_group(resource: str, group: str) -> str:
    """As kubectl writes it, `deployments.apps`, but that all of the core group is not to be taken for all there is."""
    if group:
        return f"{resource}.{group}"
    return f"{EVERY}.{_CORE}" if resource == EVERY else resource


def _cut(texts: Iterable[str], total: int, most: int) -> str:
    return " ".join([",".join(islice(texts, most)), *_more(total, most)])


def _more(total: int, most: int) -> list[str]:
    return [f"+ {total - most} more"] if total > most else []
