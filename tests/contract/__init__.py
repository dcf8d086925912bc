"""One suite over simfleet and the real API server: a difference is a failure (the gaps: src/simfleet/README.md)."""
