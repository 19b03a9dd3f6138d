// Uploads a file, waits until it plays, lists and changes it, with a client that is generated from the description.
//
//     node program.js BASE FILE   prints what it saw as JSON
import { readFile } from 'node:fs/promises';
import createClient from 'openapi-fetch';
import type { paths } from './reelway';

const [base, path, externalId] = process.argv.slice(2) as [string, string, string];
const api = createClient<paths>({ baseUrl: base });

function answered<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

// openapi-typescript has `string` for whatever is binary.
const file = new File([await readFile(path)], 'clip.mp4') as unknown as string;
const { videoId } = answered(
  await api.POST('/upload', {
    body: { file, title: 'Typed', externalId },
    bodySerializer(body) {
      const form = new FormData();
      for (const [name, value] of Object.entries(body)) form.append(name, value as string | Blob);
      return form;
    },
  }),
);
const params = { path: { videoId } };
let video = answered(await api.GET('/video/{videoId}', { params }));
while (video.state !== 'READY' && video.state !== 'FAILED') {
  await new Promise((done) => setTimeout(done, 500));
  video = answered(await api.GET('/video/{videoId}', { params }));
}
const master = answered(await api.GET('/stream/{videoId}/master', { params, parseAs: 'text' }));
const { videos } = answered(await api.GET('/videos', { params: { query: { externalId, state: 'READY' } } }));
const renamed = answered(
  await api.PATCH('/video/{videoId}', {
    params,
    body: { title: 'Renamed' },
    headers: { 'Content-Type': 'application/merge-patch+json' },
  }),
);
const missing = await api.GET('/video/{videoId}', { params: { path: { videoId: `${videoId}x` } } });
console.log(
  JSON.stringify({
    videoId,
    state: video.state,
    title: video.title,
    master,
    listed: videos.map((listed) => listed.videoId),
    renamed: renamed.title,
    refusal: missing.error?.code,
  }),
);
