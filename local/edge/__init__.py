"""The edge: the deployed CloudFront distribution, served on one local port.

It reads behaviors, origins, policies and function code from the deployed distribution, so that what is wrong
in the template is wrong here too. Run it with `python -m local.edge --help`.

What differs from CloudFront on purpose:

- Nothing is cached: every request reaches an origin.
- `ViewerProtocolPolicy` is ignored, because the loopback interface speaks plain HTTP.
- Only viewer-request functions run, with `cf` (origin selection) and `console` beside ECMAScript itself.
- Custom error responses, server timing, signed URLs and geographic restrictions are ignored.
- The distribution is read once, at start: start the edge again after a deployment.
- CloudFront's own errors are problem documents instead of HTML pages.
- The size limits of API Gateway and Lambda are enforced here, because the emulator does not.
"""
