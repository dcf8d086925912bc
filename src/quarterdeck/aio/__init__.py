"""What asyncio lacks: owned tasks, names looked up in threads, back-off, loop lag."""
