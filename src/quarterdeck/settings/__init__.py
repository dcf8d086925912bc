"""Every setting in one table, with its source: default, file, environment, flag."""
