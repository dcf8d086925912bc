"""Kubeconfig files read, merged and watched as kubectl does; the credential broker."""
