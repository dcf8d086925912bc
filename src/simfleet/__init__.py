"""N simulated Kubernetes clusters in one process over HTTPS, for the demo, for scale and for faults."""
