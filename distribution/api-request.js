// Both APIs ask for a token in the header Authorization alone, and keep by it what the authorizer has said. Uppy sends
// it in a header of its own.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const headers = event.request.headers;
  const token = headers['uppy-auth-token'];
  if (token && !headers.authorization) {
    headers.authorization = { value: `Bearer ${token.value}` };
  }
  return event.request;
}
