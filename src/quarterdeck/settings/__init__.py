"""Settings: one frozen value, each with its source."""
