"""Checks tokens, and tells API Gateway whose they are. No other build has PyJWT and cryptography."""
