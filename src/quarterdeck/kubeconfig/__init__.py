"""Kubeconfigs read, merged and watched as kubectl does; the credential broker.

First files to open: `loading` (files to `Contexts`), `watcher`, `broker` (a Target to its credentials), `consent`.
"""
