"""Questions in SQL over many stores, answered in a process of its own that can be lost without harm."""
