// The videos, newest first, as posters to choose from; those that cannot be played tell why.

import { videosPage } from './api.js';
import { follow, isEncoding } from './ladder.js';
import { placesOf } from './places.js';
import { nameOf, percent, span } from './words.js';

const list = document.getElementById('ready');
const empty = document.getElementById('ready-empty');
const problem = document.getElementById('ready-problem');
const more = document.getElementById('more');

let onChosen = () => {};
let next = null;
let stops = [];
let turn = 0;

export function start(chosen) {
  onChosen = chosen;
  more.onclick = () => load(next);
  return refresh();
}

/** Reloads the first page of the list. */
export async function refresh() {
  await load(null, { isFirst: true });
}

/** A page may be empty and be followed by another one. */
async function load(cursor, { isFirst = false } = {}) {
  turn += 1;
  const mine = turn;
  more.disabled = true;
  try {
    const page = await videosPage(cursor);
    if (mine !== turn) return; // a later request supersedes this one
    if (isFirst) clear();
    list.append(...page.videos.map(entry));
    next = page.next;
    more.hidden = !next;
    empty.hidden = list.childElementCount > 0;
    problem.hidden = true;
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  } finally {
    if (mine === turn) more.disabled = false;
  }
}

function clear() {
  for (const stop of stops) stop();
  stops = [];
  list.replaceChildren();
}

function entry(video) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  const poster = document.createElement('img');
  const caption = document.createElement('span');
  const title = document.createElement('strong');
  const facts = document.createElement('small');
  Object.assign(poster, { alt: '', loading: 'lazy', width: 320, height: 180 });
  poster.onerror = () => poster.removeAttribute('src'); // this video has no poster
  button.type = 'button';
  button.dataset.videoId = video.videoId;
  title.textContent = nameOf(video);
  caption.append(title, facts);
  button.append(poster, caption);
  button.onclick = () => onChosen(video.videoId);
  item.append(button);
  let isAsked = false;
  const show = (now) => {
    facts.textContent = factsOf(now);
    item.classList.toggle('failed', now.state === 'FAILED');
    button.setAttribute('aria-label', labelOf(now));
    if (now.state !== 'READY' || (isAsked && isEncoding(now))) return;
    isAsked = true;
    const seen = ({ poster: url }) => (poster.src = url);
    placesOf(now).then(seen, () => {}); // at first, and when all is done; without a picture it can be chosen as well
  };
  show(video);
  if (isEncoding(video)) stops.push(follow(video.videoId, show));
  return item;
}

const dayOf = ({ createdAt }) =>
  new Date(createdAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

function factsOf(video) {
  if (video.state === 'FAILED') return `Failed: ${video.failure?.message ?? ''}`;
  if (video.state === 'PROCESSING') return `Processing: ${percent(video.progress)}`;
  if (video.state === 'UPLOADED') return 'Waiting to be processed';
  return [video.durationSeconds && span(video.durationSeconds), dayOf(video)].filter(Boolean).join(' · ');
}

function labelOf(video) {
  const name = `${nameOf(video)}, ${dayOf(video)}`;
  if (video.state !== 'READY') return `${name}. ${factsOf(video)}`;
  return `Play ${name}${video.durationSeconds ? `, ${span(video.durationSeconds)} long` : ''}`;
}
