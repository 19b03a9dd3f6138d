// CloudFormation puts the parameter's value here.
// biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Fn::Sub
const ORIGINS = '${AllowedOrigins}'.split(',');

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const headers = event.response.headers;
  const asking = event.request.headers.origin;
  if (ORIGINS[0] === '*') {
    headers['access-control-allow-origin'] = { value: '*' };
  } else {
    headers.vary = { value: headers.vary ? [headers.vary.value, 'Origin'].join(', ') : 'Origin' };
    if (asking && ORIGINS.includes(asking.value))
      headers['access-control-allow-origin'] = { value: asking.value };
  }
  return event.response;
}
