// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  event.request.uri = '/app/index.html';
  return event.request;
}
