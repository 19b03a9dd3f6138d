"""Live status over WebSocket: who watches which video, and what they are told."""
