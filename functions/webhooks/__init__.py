"""Tells receivers what became of their owners' videos: webhooks, their deliveries, and the way there."""
