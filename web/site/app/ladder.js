// Follows the encoding of a READY video's remaining renditions; one rendition already plays.

import { describe } from './api.js';
import { watch } from './status.js';

export const isEncoding = (video) => video.ladder?.state === 'encoding';

/**
 * Calls `onVideo(video)` with the video as it is, with each progress of its ladder, and once that has ended. Returns a
 * function to stop.
 */
export function follow(videoId, onVideo) {
  let isOver = false;
  let stop = () => {};

  const look = async () => {
    const video = await describe(videoId).catch((error) => (error.isGone ? null : undefined));
    if (isOver || video === null) return;
    if (video) onVideo(video);
    if (!video || isEncoding(video)) stop = watch(videoId, { until: 'complete', onState: told(video), onProblem() {} });
  };

  const told = (video) => (status) => {
    if (!status.ladder) return;
    if (!isEncoding(status)) look(); // for the renditions, or the reason why there are none
    else if (video) onVideo({ ...video, ladder: status.ladder });
  };

  look();
  return () => {
    isOver = true;
    stop();
  };
}
