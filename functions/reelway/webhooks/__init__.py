"""Webhooks: what they are, whom they may reach, how they are signed, and when they are sent again."""
