"""The threads in which SQLite runs: a few for all stores of the process, so that hundreds of clusters cost no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

WRITERS = 2
READERS = 4


class StorePool:
    """Writers and readers apart: a page never queues behind an upsert. Owned by the app; closed last."""

    def __init__(self, writers: int = WRITERS, readers: int = READERS) -> None:
        self.writers = ThreadPoolExecutor(writers, "store-writer")
        self.readers = ThreadPoolExecutor(readers, "store-reader")

    def close(self) -> None:
        """Waits for what runs; blocks for as long as one write takes."""
        self.writers.shutdown()
        self.readers.shutdown()
