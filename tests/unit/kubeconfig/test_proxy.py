"""Proxies of the environment, by the rules (and the table) of golang.org/x/net/http/httpproxy."""

from __future__ import annotations

import pytest

from quarterdeck.kubeconfig.proxy import proxy_from_environment

USE = "http://proxy:1"

NO_PROXY = [
    ("https://example.com", "", True),
    ("https://localhost", "", False),
    ("https://localhost:6443", "", False),
    ("https://127.0.0.1", "", False),
    ("https://127.9.9.9:6443", "", False),
    ("https://[::1]:6443", "", False),
    ("https://[::ffff:127.0.0.1]", "", False),
    ("https://example.com", "*", False),
    ("https://example.com", "other, *", False),
    ("https://example.com", "example.com", False),
    ("https://EXAMPLE.com", "Example.COM", False),
    ("https://sub.example.com", "example.com", False),
    ("https://badexample.com", "example.com", True),
    ("https://example.com", ".example.com", True),
    ("https://sub.example.com", ".example.com", False),
    ("https://example.com", "*.example.com", True),
    ("https://sub.example.com", "*.example.com", False),
    ("https://example.com:6443", "example.com:6443", False),
    ("https://example.com", "example.com:443", False),
    ("https://example.com:6443", "example.com:443", True),
    ("https://10.1.2.3", "10.0.0.0/8", False),
    ("https://11.1.2.3", "10.0.0.0/8", True),
    ("https://10.1.2.3:6443", "10.1.2.3", False),
    ("https://10.1.2.3:6443", "10.1.2.3:6443", False),
    ("https://10.1.2.3:6443", "10.1.2.3:443", True),
    ("https://[2001:db8::1]:6443", "2001:db8::/32", False),
    ("https://[2001:db8::1]:6443", "[2001:db8::1]:6443", False),
    ("https://[2001:db8::1]:6443", "2001:db8::1", False),
    ("https://10.1.2.3", "3", True),
    ("https://host", "10.0.0.0/8", True),
    ("https://bücher.example", "xn--bcher-kva.example", False),
    ("https://x.y", ":443, ,", True),
]


@pytest.mark.parametrize(("server", "no_proxy", "used"), NO_PROXY)
def test_no_proxy_exempts_as_in_go(server: str, no_proxy: str, used: bool) -> None:
    found = proxy_from_environment(server, {"HTTPS_PROXY": USE, "NO_PROXY": no_proxy})
    assert found == (USE if used else "")


def test_scheme_and_spelling_choose_the_variable() -> None:
    env = {"HTTP_PROXY": "http://plain", "https_proxy": "secure:3128", "HTTPS_PROXY": ""}
    assert proxy_from_environment("http://a", env) == "http://plain"
    assert proxy_from_environment("https://a", env) == "http://secure:3128"
    assert proxy_from_environment("https://a", {"https_proxy": "low:1", "HTTPS_PROXY": "http://up"}) == "http://up"
    assert proxy_from_environment("https://a", {"HTTP_PROXY": "http://plain"}) == ""
    assert proxy_from_environment("https://a", {"HTTPS_PROXY": "socks5://s:1"}) == "socks5://s:1"
