"""Which kinds have projections of ours, and live windows over their rows."""
