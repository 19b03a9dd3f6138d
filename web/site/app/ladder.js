// Follows the encoding of a READY video's remaining renditions and stills; one rendition already plays.

import { describe } from './api.js';

const POLL_MS = 2000; // soon enough for something that takes minutes

export const isEncoding = (video) => video.ladder?.state === 'encoding';

/** Polls the video, calling `onVideo(video)`, until its ladder is complete or failed. Returns a function to stop. */
export function follow(videoId, onVideo) {
  let timer;
  let isOver = false;

  const look = async () => {
    const video = await describe(videoId).catch((error) => (error.isGone ? null : undefined));
    if (isOver || video === null) return;
    if (video) onVideo(video);
    if (!video || isEncoding(video)) timer = setTimeout(look, POLL_MS);
  };

  look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
