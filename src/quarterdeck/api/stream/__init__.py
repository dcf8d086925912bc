"""The WebSocket that keeps a page current: level-triggered, so a slow browser costs no memory."""
