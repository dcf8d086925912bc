"""Long-lived things that a person starts on a cluster."""
