// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  event.response.headers['access-control-allow-origin'] = { value: '*' };
  return event.response;
}
