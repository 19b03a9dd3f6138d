// The HTTP API, as far as the page uses it. Failures are Errors whose message is a sentence for people.

export class ApiError extends Error {
  constructor(message, { status = 0, code = 'unreachable' } = {}) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get isGone() {
    return this.status === 404 || this.status === 410;
  }
}

async function request(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new ApiError('The server cannot be reached. Check the connection and try again.');
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new ApiError(problem.detail ?? `The server answered ${answer.status}.`, {
    status: answer.status,
    code: problem.code ?? 'unknown',
  });
}

const videoPath = (videoId) => `/video/${encodeURIComponent(videoId)}`;
const streamPath = (videoId) => `/stream/${encodeURIComponent(videoId)}`;

export const describe = async (videoId) => (await request(videoPath(videoId))).json();

export const remove = (videoId) => request(videoPath(videoId), { method: 'DELETE' });

/** Has a video that failed by a fault of the server processed again; its description. */
export const retry = async (videoId) => (await request(`${videoPath(videoId)}/retry`, { method: 'POST' })).json();

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
export const masterUrl = (videoId) => `${streamPath(videoId)}/master`;
/** Refreshes the browser's cached playlist, which may be some seconds old and list fewer renditions. */
export const refreshMaster = (videoId) => request(masterUrl(videoId), { cache: 'reload' });
export const posterUrl = (videoId) => `${streamPath(videoId)}/poster`;
export const storyboardUrl = (videoId) => `${streamPath(videoId)}/storyboard`;
/** URL of the WebSocket that sends the video's states and progress. */
export const statusUrl = (videoId) => {
  const url = new URL(`${videoPath(videoId)}/status/stream?progress=true`, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
};
