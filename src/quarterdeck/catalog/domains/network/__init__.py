"""The network of one cluster's rows, section by section. None where rows that it needs are not all there."""
