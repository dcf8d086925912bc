"""A cluster's runtime: its phases, its reflectors, its heartbeat, its end."""
