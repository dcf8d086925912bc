"""Named views over kinds: which kinds each is made of, and how its answer is made of their rows."""
