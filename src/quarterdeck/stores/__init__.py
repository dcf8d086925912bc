"""One SQLite file per cluster: rows in, pages out."""
