// The HTTP API, as far as the page uses it. Failures are Errors whose message is a sentence for people.

import { renewed, token } from './session.js';

export class ApiError extends Error {
  constructor(message, { status = 0, code = 'unreachable' } = {}) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get isForbidden() {
    return this.status === 403;
  }

  get isGone() {
    return this.status === 404 || this.status === 410;
  }
}

/** `fetch` with the token; a request that is refused for want of a valid one waits for another, and is sent again. */
export async function authorized(path, options = {}) {
  for (;;) {
    const shown = token();
    const headers = new Headers(options.headers);
    if (shown) headers.set('Authorization', `Bearer ${shown}`);
    const answer = await fetch(path, { ...options, headers });
    if (answer.status !== 401) return answer;
    await renewed(shown);
  }
}

async function reached(send, path, options) {
  try {
    return await send(path, options);
  } catch {
    throw new ApiError('The server cannot be reached. Check the connection and try again.');
  }
}

async function request(path, options = {}, send = authorized) {
  const answer = await reached(send, path, options);
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new ApiError(problem.detail ?? `The server answered ${answer.status}.`, {
    status: answer.status,
    code: problem.code ?? 'unknown',
  });
}

const videoPath = (videoId) => `/video/${encodeURIComponent(videoId)}`;
export const streamPath = (videoId) => `/stream/${encodeURIComponent(videoId)}`;

/** Whether the server knows who has this token. What it allows is another question. */
export async function takes(token) {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await reached(fetch, '/stream/ready?limit=1', { headers, cache: 'no-store' });
  return answer.status !== 401;
}

export const describe = async (videoId) => (await request(videoPath(videoId))).json();

export const remove = (videoId) => request(videoPath(videoId), { method: 'DELETE' });

/** Has a video that failed by a fault of the server processed again; its description. */
export const retry = async (videoId) => (await request(`${videoPath(videoId)}/retry`, { method: 'POST' })).json();

/** A playback token of a signed video: `{expires, urls}`. */
export const issuePlayback = async (videoId) =>
  (await request(`${videoPath(videoId)}/playback-tokens`, { method: 'POST' })).json();

/** Undoes a deletion; true once the video is there. */
export async function restore(videoId) {
  const answer = await request(`${videoPath(videoId)}/restore`, { method: 'POST' });
  return answer.status === 200;
}

/** One page of the list of videos: descriptions, newest first, and the cursor of the next page or null. */
export async function videosPage(cursor = null) {
  const query = new URLSearchParams({ limit: '24', ...(cursor && { cursor }) });
  const { videos, next } = await (await request(`/videos?${query}`)).json();
  return { videos, next: next ?? null };
}

/** Begins a multipart upload: `{uploadId, key}`. */
export async function beginUpload({ name, type, size }) {
  const body = JSON.stringify({ filename: name, type, metadata: { name, size } });
  const { uploadId, key } = await (await request('/s3/multipart', { method: 'POST', body })).json();
  return { uploadId, key };
}

const uploadPath = ({ uploadId, key }) =>
  `/s3/multipart/${encodeURIComponent(uploadId)}?${new URLSearchParams({ key })}`;

/** The parts that have arrived. */
export const storedParts = async (upload) => (await request(uploadPath(upload))).json();

export const abortUpload = (upload) => request(uploadPath(upload), { method: 'DELETE' });

export const videoOfUpload = ({ key }) => key.replace(/^uploads\//, '');
/** Refreshes the browser's cached playlist, which may be some seconds old and list fewer renditions. */
export const refresh = (playlist) => request(playlist, { cache: 'reload' }, fetch);
/** URL of the WebSocket that sends the video's states and progress, `until` it is READY or its ladder complete. */
export const statusUrl = (videoId, until) => {
  const url = new URL(`${videoPath(videoId)}/status/stream?progress=true`, location.href);
  if (until) url.searchParams.set('until', until);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
};
/** Beside a URL a browser gives a socket only names of protocols: the token is the second. */
export const statusProtocols = () => (token() ? ['reelway', token()] : []);
