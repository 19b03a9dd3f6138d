"""Puts the web page into the site bucket when the stack is deployed."""
