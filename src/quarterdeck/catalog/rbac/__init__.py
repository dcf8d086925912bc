"""Kubernetes' role-based access control: which rule allows what, and which binding brings it to whom."""
