"""Storage of one cluster's rows: claims, volumes and classes. None where rows that are needed are not all there."""
