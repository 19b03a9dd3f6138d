"""The state of a video as its watching clients are sent it, each message once and in order."""
