"""Opening and closing of WebSocket connections; what is sent on them is `reelway.live_status`'s."""
