"""The simulator: the real coordinator, lanes, runtimes and reflectors in a world of seeded faults and virtual time."""
