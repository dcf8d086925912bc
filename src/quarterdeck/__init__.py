"""Quarterdeck: a console for people who look after many Kubernetes clusters."""
