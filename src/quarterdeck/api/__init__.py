"""HTTP and WebSocket for the browser and for scripts."""
