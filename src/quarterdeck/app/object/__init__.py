"""One object on demand: read whole, with what it is related to and what happened to it. Nothing of it is kept."""
