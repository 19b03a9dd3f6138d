"""The edge: the deployed CloudFront distribution, served on one local port.

It reads behaviors, origins, policies and functions from the deployed distribution, so that a fault in the
template shows here as well. `python -m local.edge --help` shows how to run it.

What differs from CloudFront on purpose:

- Nothing is cached: every request reaches an origin.
- `ViewerProtocolPolicy` is ignored, because clients connect to a loopback port by plain HTTP.
- Functions have `console`, of the module `crypto` SHA-256, alone and keyed, and of `cloudfront` the selection
  of origins and the key value store, whose changes they see within a second.
- Custom error responses, server timing, signed URLs and geographic restrictions are ignored.
- The distribution is read once, at start: start the edge again after a deployment.
- CloudFront's own errors are problem documents instead of HTML pages.
- The size limits of API Gateway and Lambda are enforced here, because the emulator does not.
"""
