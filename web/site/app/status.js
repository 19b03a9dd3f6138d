// A video's states, as its status socket delivers them. A dropped socket is reopened with a growing delay; the server
// greets it with the current state, so a final state is never missed.

import { describe, statusProtocols, statusUrl } from './api.js';

const FIRST_DELAY_MS = 500; // unnoticed after a short interruption
const MAX_DELAY_MS = 15_000; // few requests in an outage, and its end is still noticed soon

/**
 * Calls `onState({state, timestamp, progress})` for every message, `onProblem(Error)` when there is no such video,
 * and `onConnection(isOpen)`. With `until: 'complete'` it goes on after READY, with `ladder` in the messages, until that
 * has ended. Returns a function that closes it.
 */
export function watch(videoId, { onState, onProblem, onConnection = () => {}, until = '' }) {
  let socket;
  let timer;
  let delayMs = FIRST_DELAY_MS;
  let isOver = false;

  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    if (socket?.readyState !== WebSocket.CONNECTING) socket?.close();
    else socket.onopen = () => socket.close(); // closed before it is open, browsers complain of it
  };

  const isLast = ({ state, ladder }) =>
    state === 'FAILED' || (state === 'READY' && (!until || (ladder && ladder.state !== 'encoding')));

  const open = () => {
    socket = new WebSocket(statusUrl(videoId, until), statusProtocols());
    socket.onmessage = ({ data }) => {
      delayMs = FIRST_DELAY_MS;
      onConnection(true);
      const status = JSON.parse(data);
      isOver ||= isLast(status);
      onState(status);
    };
    socket.onclose = again;
  };

  // Browsers do not say why a handshake was refused; the API does.
  const again = async () => {
    if (isOver) return;
    onConnection(false);
    try {
      await describe(videoId);
    } catch (error) {
      if (error.isGone || error.isForbidden) {
        isOver = true;
        onProblem(error);
        return;
      }
    }
    if (isOver) return;
    timer = setTimeout(open, delayMs * (0.5 + Math.random() / 2));
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  };

  open();
  return stop;
}
