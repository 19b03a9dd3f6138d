// What is still made of a READY video: it plays at once in one quality; the others and its pictures come behind it.

import { describe } from './api.js';

const EVERY_MS = 2000;

export const isEncoding = (video) => video.ladder?.state === 'encoding';

/** Calls `onVideo(video)` now and again until nothing is made any more. Returns a function that ends it. */
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
