"""What an object belongs to, what it uses and what uses it: planned of its JSON alone, looked up elsewhere."""
