// A video's states as its socket delivers them. A socket that drops is opened again, later and later; the server
// greets with the present state, so none that matters is missed.

import { describe, statusUrl } from './api.js';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const FINAL = new Set(['READY', 'FAILED']);

/**
 * Calls `onState({state, timestamp, progress})` for every message, `onProblem(Error)` when the video is not there,
 * and `onConnection(isOpen)`. Returns a function that ends it.
 */
export function watch(videoId, { onState, onProblem, onConnection = () => {} }) {
  let socket;
  let timer;
  let delayMs = FIRST_DELAY_MS;
  let isOver = false;

  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };

  const open = () => {
    socket = new WebSocket(statusUrl(videoId));
    socket.onmessage = ({ data }) => {
      delayMs = FIRST_DELAY_MS;
      onConnection(true);
      const told = JSON.parse(data);
      isOver ||= FINAL.has(told.state);
      onState(told);
    };
    socket.onclose = again;
  };

  // A browser does not say why a socket was refused: the API does.
  const again = async () => {
    if (isOver) return;
    onConnection(false);
    try {
      await describe(videoId);
    } catch (error) {
      if (error.isGone) {
        isOver = true;
        onProblem(error);
        return;
      }
    }
    if (isOver) return;
    timer = setTimeout(open, delayMs * (0.5 + Math.random() / 2));
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
  };

  open();
  return stop;
}
