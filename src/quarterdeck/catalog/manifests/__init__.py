"""Objects as text: YAML as kubectl prints it."""
