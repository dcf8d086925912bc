"""What `kubectl describe` prints of each kind, and where the drawer says it."""
