// The offer to undo the last deletion.

import { restore } from './api.js';

const AGAIN_AFTER_MS = 1000;
const notice = document.getElementById('deleted');
const text = document.getElementById('deleted-text');
const button = document.getElementById('undo');

/** Offers to bring the video back; calls `onRestored(videoId)` when it is there. */
export function offer(videoId, onRestored) {
  text.textContent = 'The video was deleted.';
  notice.hidden = button.hidden = false;
  button.onclick = async () => {
    button.hidden = true;
    text.textContent = 'It is coming back…';
    try {
      while (!(await restore(videoId))) await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    } catch (error) {
      text.textContent = error.message;
      return;
    }
    notice.hidden = true;
    onRestored(videoId);
  };
}
