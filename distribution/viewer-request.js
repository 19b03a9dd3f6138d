import cf from 'cloudfront';
// biome-ignore lint/style/useNodejsImportProtocol: a module of CloudFront's
import crypto from 'crypto';

// CloudFormation puts the parameter's value here.
// biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Fn::Sub
const ACCESS = '${Access}';
const BEARER = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
// Signed playback: /p/{token}/stream/{id}/…, where the token is {issued}-{expires}.{kid}.{mac}; docs/api.md describes it.
const TOKEN = /^((?:(\d{10})-)?(\d{10}))\.([a-z0-9]{1,16})\.([\w-]{32})$/;
const PLAYED = /^([\w-]+\/)?[\w-]+(\.[\w-]+)*$/;
const MAX_LIFE_S = 604800;
const MAX_SKEW_S = 300;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
async function handler(event) {
  const request = event.request;
  // By this header the API knows whose token was verified here: nobody else is to say it.
  delete request.headers['x-reelway-playback'];
  moveUppysToken(request.headers);
  const parts = request.uri.split('/');
  if (parts[1] === 'video' && request.uri.endsWith('/status/stream')) return toSocket(event, request, parts);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const refusal =
    parts[1] === 'p' ? await unsigned(event, request, parts) : isRead && unshared(event, request.uri);
  if (refusal) return refusal;
  if (!/^\/stream\/.*\/segment\//.test(request.uri)) return request;
  // Anything but a single range of bytes is ignored (RFC 9110, 14.2); S3 would refuse some of it.
  const range = request.headers.range;
  if (range && !/^bytes=(\d+-\d*|-\d+)$/.test(range.value.trim())) delete request.headers.range;
  // S3 does not support If-Range, and answers a failed precondition with XML. Segments never change.
  if (request.headers['if-range']) delete request.headers.range;
  delete request.headers['if-match'];
  delete request.headers['if-unmodified-since'];
  if (isRead) {
    cf.createRequestOriginGroup({
      originIds: [{ originId: 'media' }, { originId: 'api' }],
      failoverCriteria: { statusCodes: [403, 404, 416, 500, 502, 503, 504] }
    });
  }
  return request;
}

// Takes the token out of the path, so that all viewers share what is cached. Whom it refuses gets an answer.
async function unsigned(event, request, parts) {
  const id = parts[4];
  if (parts[3] !== 'stream' || !UUID.test(id) || !PLAYED.test(parts.slice(5).join('/')))
    return unknown(event);
  if (!(await isValid(TOKEN.exec(parts[2]), id))) {
    const detail =
      "The playback token is not one of this video's, has expired or was recalled: ask for another.";
    return problem(event, 403, 'Forbidden', 'bad_playback_token', detail);
  }
  request.uri = ['', parts.slice(3).join('/')].join('/');
  request.headers['x-reelway-playback'] = { value: id };
  return null;
}

async function isValid(token, id) {
  if (!token) return false;
  const now = Date.now() / 1000;
  const expires = Number(token[3]);
  const issued = token[2] ? Number(token[2]) : expires - MAX_LIFE_S;
  if (expires <= now || issued > now + MAX_SKEW_S || expires - issued > MAX_LIFE_S) return false;
  const store = cf.kvs();
  let key = '';
  try {
    key = await store.get(['key', token[4]].join(':'));
  } catch (_) {
    return false;
  }
  const signed = crypto
    .createHmac('sha256', key)
    .update([token[4], token[1], id].join('.'))
    .digest('base64url');
  if (!isSame(signed.slice(0, 32), token[5])) return false;
  // What was issued until then was recalled.
  const recalled = ['deny', id].join(':');
  return !(await store.exists(recalled)) || issued > Number(await store.get(recalled));
}

// In the same time wherever the first difference is. Both have 32 characters.
function isSame(one, other) {
  let difference = 0;
  for (let i = 0; i < 32; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
}

// Refuses segments of signed videos, which the bucket and the cache would give to anybody, also under escapes.
function unshared(event, uri) {
  let path = uri;
  try {
    path = decodeURIComponent(uri);
  } catch (_) {}
  const isDisguised = path !== uri || /\/\/|\/\./.test(uri);
  return /\/segment\/s-/.test(path) || (isDisguised && path.includes('segment')) ? unknown(event) : null;
}

function unknown(event) {
  return problem(event, 404, 'Not Found', 'unknown_video', 'There is no such video.');
}

// A WebSocket API has no paths: /video/{id}/status/stream becomes /ws?videoId={id}.
function toSocket(event, request, parts) {
  if (request.method === 'OPTIONS') return preflight();
  if (request.method !== 'GET') {
    return problem(event, 405, 'Method Not Allowed', 'method_not_allowed', 'This path takes GET only.');
  }
  if (parts.length !== 5 || !UUID.test(parts[2])) {
    return unknown(event);
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
  if (BEARER.test(token) && !headers.authorization)
    headers.authorization = { value: ['Bearer', token].join(' ') };
}

// Both APIs ask for a token in the header Authorization alone. Uppy sends it in a header of its own.
function moveUppysToken(headers) {
  const token = headers['uppy-auth-token'];
  if (token && !headers.authorization) headers.authorization = { value: ['Bearer', token.value].join(' ') };
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
