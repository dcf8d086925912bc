"""Who may do what in one cluster, of its rows: from a subject to its rules, and from a request to its subjects."""
