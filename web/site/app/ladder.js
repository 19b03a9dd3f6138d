// Follows the encoding of a READY video's remaining renditions and stills; it already plays in one quality.

import { describe } from './api.js';

const EVERY_MS = 2000;

export const isEncoding = (video) => video.ladder?.state === 'encoding';

/** Polls the video, calling `onVideo(video)`, until its ladder is complete or failed. Returns a function to stop. */
export function follow(videoId, onVideo) {
  let timer;
  let isOver = false;

  const look = async () => {
    const video = await describe(videoId).catch((error) => (error.isGone ? null : undefined));
    if (isOver || video === null) return;
    if (video) onVideo(video);
    if (!video || isEncoding(video)) timer = setTimeout(look, EVERY_MS);
  };

  look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
