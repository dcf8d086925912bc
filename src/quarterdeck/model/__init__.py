"""Words of the domain as plain values: IDs, states, failures, targets, rows. Imports nothing of ours."""
