"""What pods and nodes use, where somebody answers metrics.k8s.io: beside their rows, and lately."""
