"""What is desired, and how each cluster is brought there: plan, lanes, slots, commit."""
