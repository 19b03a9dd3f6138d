import cf from 'cloudfront';

// CloudFormation puts the parameter's value here.
// biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Fn::Sub
const ACCESS = '${Access}';
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  const parts = request.uri.split('/');
  if (parts[1] === 'video') return toSocket(event, request, parts);
  // Anything but a single range of bytes is ignored (RFC 9110, 14.2); S3 would refuse some of it.
  const range = request.headers.range;
  if (range && !/^bytes=(\d+-\d*|-\d+)$/.test(range.value.trim())) delete request.headers.range;
  // S3 does not support If-Range, and answers a failed precondition with XML. Segments never change.
  if (request.headers['if-range']) delete request.headers.range;
  delete request.headers['if-match'];
  delete request.headers['if-unmodified-since'];
  if (request.method === 'GET' || request.method === 'HEAD') {
    cf.createRequestOriginGroup({
      originIds: [{ originId: 'media' }, { originId: 'api' }],
      failoverCriteria: { statusCodes: [403, 404, 416, 500, 502, 503, 504] }
    });
  }
  return request;
}

// A WebSocket API has no paths: /video/{id}/status/stream becomes /ws?videoId={id}.
function toSocket(event, request, parts) {
  if (request.method === 'OPTIONS') return preflight();
  if (request.method !== 'GET') {
    return problem(event, 405, 'Method Not Allowed', 'method_not_allowed', 'This path takes GET only.');
  }
  if (parts.length !== 5 || !UUID.test(parts[2])) {
    return problem(event, 404, 'Not Found', 'unknown_video', 'There is no such video.');
  }
  // CloudFront does not pass Upgrade to functions; every WebSocket handshake has this header.
  if (!request.headers['sec-websocket-key']) {
    return problem(
      event,
      400,
      'Bad Request',
      'upgrade_required',
      "This path speaks WebSocket only: send 'Connection: Upgrade' and 'Upgrade: websocket'."
    );
  }
  moveToken(request);
  if (ACCESS === 'token' && !request.headers.authorization) {
    const detail = 'This needs a token: offer it as the subprotocol after reelway, or send it as ?token=.';
    return problem(event, 401, 'Unauthorized', 'token_required', detail);
  }
  request.uri = '/ws';
  request.querystring.videoId = { value: parts[2] };
  return request;
}

// Pages can give a socket no header Authorization, by which both APIs ask for a token: it is in the query, or is the
// second subprotocol that is offered.
function moveToken(request) {
  const headers = request.headers;
  const offered = headers['sec-websocket-protocol'];
  const names = offered ? offered.value.split(',').map((name) => name.trim()) : [];
  const asked = request.querystring.token;
  const token = asked ? asked.value : names[0] === 'reelway' ? names[1] : '';
  delete request.querystring.token;
  if (TOKEN.test(token) && !headers.authorization)
    headers.authorization = { value: ['Bearer', token].join(' ') };
}

function preflight() {
  return {
    statusCode: 204,
    statusDescription: 'No Content',
    headers: {
      'access-control-allow-origin': { value: '*' },
      'access-control-allow-methods': { value: 'GET,OPTIONS' },
      'access-control-allow-headers': { value: '*' }
    }
  };
}

function problem(event, status, title, code, detail) {
  const headers = {
    'content-type': { value: 'application/problem+json' },
    'cache-control': { value: 'no-store' },
    'access-control-allow-origin': { value: '*' }
  };
  if (status === 405) headers.allow = { value: 'GET, OPTIONS' };
  if (status === 401) headers['www-authenticate'] = { value: 'Bearer realm="reelway"' };
  return {
    statusCode: status,
    statusDescription: title,
    headers: headers,
    body: JSON.stringify({
      type: ['urn:reelway:problem', code].join(':'),
      title: title,
      status: status,
      detail: detail,
      instance: event.request.uri,
      code: code,
      requestId: event.context.requestId,
      message: detail,
      error: code
    })
  };
}
