// Where a video is played: at its own paths, or, if it is signed, at those that a playback token opens.

import { issuePlayback, streamPath } from './api.js';

// So long before its end a token is asked for anew.
const MARGIN_MS = 300_000;
const issued = new Map();

/** The URLs of the video's master playlist, poster and storyboard. Raises an ApiError. */
export async function placesOf({ videoId, playback }) {
  const path = streamPath(videoId);
  if (playback !== 'signed') {
    return { master: `${path}/master.m3u8`, poster: `${path}/poster`, storyboard: `${path}/storyboard` };
  }
  const known = issued.get(videoId);
  if (known && Date.parse(known.expires) - MARGIN_MS > Date.now()) return known.urls;
  const token = await issuePlayback(videoId);
  issued.set(videoId, token);
  return token.urls;
}
