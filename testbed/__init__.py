"""The test ground: real API servers, a proxy that makes them fail, credentials that misbehave.

`fleet.Fleet` starts and stops one etcd and any number of API servers; `faultproxy.FaultProxy` stands between them and
whoever connects; `fixtures` hands both to pytest. `python -m testbed up` gives a person the same fleet. Start with
README.md.
"""
