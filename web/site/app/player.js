// The player: media-chrome's controls around hls.js, with a quality menu and storyboard previews.

import { describe, refresh, remove } from './api.js';
import { follow, isEncoding } from './ladder.js';
import { placesOf } from './places.js';
import { may } from './session.js';
import { watch } from './status.js';
import { nameOf, readable, span } from './words.js';

const section = document.getElementById('watch');
const heading = document.getElementById('watch-heading');
const caption = document.getElementById('watch-title');
const problem = document.getElementById('watch-problem');
const controller = document.getElementById('player');
const facts = document.getElementById('watch-facts');
const renewing = document.getElementById('renew');
const deleting = document.getElementById('delete');

let shownId = null;
let stop = () => {};

const media = () => document.getElementById('video');

/** Shows the video as soon as it can be played; calls `onDeleted(videoId)` after it was deleted with its button. */
export async function show(videoId, { onDeleted, isAsked = false }) {
  hide();
  shownId = videoId;
  section.hidden = false;
  deleting.onclick = () => askToDelete({ videoId }, onDeleted);
  if (isAsked) heading.focus();
  const video = await describe(videoId).catch((error) => error);
  if (shownId !== videoId) return;
  if (!(video instanceof Error)) showTitle(video, onDeleted);
  if (video instanceof Error) refuse(video.message);
  else if (video.state === 'FAILED') refuse(video.failure.message);
  else if (video.state === 'READY') play(video);
  else wait(videoId, { onDeleted });
}

export function hide() {
  stop();
  stop = () => {};
  shownId = null;
  section.hidden = true;
  problem.hidden = controller.hidden = true;
  renewing.hidden = deleting.hidden = caption.hidden = true;
  document.title = 'Reelway';
  facts.textContent = '';
  media().removeAttribute('src');
}

async function play(video) {
  deleting.hidden = !may('videos:delete');
  showFacts(video);
  const loaded = await load(video).catch((error) => error);
  if (shownId !== video.videoId) return;
  if (loaded instanceof Error) return refuse(loaded.message);
  controller.hidden = false; // only now: earlier presses would reach the previous element
  if (!isEncoding(video)) return;
  stop = follow(video.videoId, (now) => {
    showFacts(now);
    if (!isEncoding(now)) renew(now);
  });
}

function wait(videoId, options) {
  refuse('This video is not ready yet. It plays here as soon as it is.');
  const again = () => show(videoId, options);
  stop = watch(videoId, {
    onState: ({ state }) => (state === 'READY' || state === 'FAILED') && again(),
    onProblem: again,
  });
}

function refuse(sentence) {
  problem.textContent = sentence;
  problem.hidden = false;
}

function showTitle(video, onDeleted) {
  caption.textContent = nameOf(video);
  caption.hidden = !video.title;
  if (video.title) document.title = `${readable(video.title)} · Reelway`;
  deleting.onclick = () => askToDelete(video, onDeleted);
}

function showFacts({ videoId, durationSeconds, renditions }) {
  facts.textContent = [span(durationSeconds), renditions.map(({ name }) => name).join(', '), videoId].join(' · ');
}

// hls.js loads the list of renditions once. Reloading interrupts playback, so the viewer decides when.
function renew(video) {
  const { currentTime, paused } = media();
  if (paused && !currentTime) return load(video).catch((error) => refuse(error.message));
  renewing.hidden = false;
  renewing.onclick = async () => {
    renewing.hidden = true;
    const place = media().currentTime;
    const renewed = await load(video).catch((error) => refuse(error.message));
    renewed?.addEventListener('loadedmetadata', () => (renewed.currentTime = place), { once: true });
  };
}

async function askToDelete({ videoId, title }, onDeleted) {
  if (!confirm(title ? `Delete the video “${readable(title)}”?` : 'Delete this video?')) return;
  try {
    await remove(videoId);
  } catch (error) {
    return refuse(error.message);
  }
  if (shownId === videoId) hide();
  onDeleted(videoId);
}

// A new element for each video, so that levels and text tracks of the previous one cannot linger.
async function load(video) {
  const { videoId } = video;
  const { master, poster, storyboard } = await placesOf(video);
  await refresh(master).catch(() => {}); // the player requests it again and reports the error
  const element = document.createElement('hls-video');
  const attributes = { slot: 'media', id: 'video', crossorigin: '', playsinline: '' };
  Object.assign(attributes, { src: master, poster });
  const track = document.createElement('track');
  Object.assign(track, { kind: 'metadata', label: 'thumbnails', default: true, src: storyboard });
  element.append(track);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (shownId !== videoId) return element;
  const before = media();
  // Perhaps the viewer has pressed play while the list was on its way.
  if (before.src === element.src && !before.paused) {
    element.addEventListener('loadedmetadata', () => element.play(), { once: true });
  }
  before.replaceWith(element);
  return element;
}
