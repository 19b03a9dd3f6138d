// The ready videos, newest first, as posters to choose from.

import { posterUrl, readyPage } from './api.js';
import { follow, isEncoding } from './ladder.js';
import { span } from './words.js';

const list = document.getElementById('ready');
const empty = document.getElementById('ready-empty');
const problem = document.getElementById('ready-problem');
const more = document.getElementById('more');

let onChosen = () => {};
let nextUrl = null;
let stops = [];
let turn = 0;

export function start(chosen) {
  onChosen = chosen;
  more.onclick = () => load(nextUrl);
  return refresh();
}

/** Reloads the first page of the list. */
export async function refresh() {
  await load(undefined, { isFirst: true });
}

async function load(url, { isFirst = false } = {}) {
  turn += 1;
  const mine = turn;
  more.disabled = true;
  try {
    const page = await readyPage(url);
    if (mine !== turn) return; // a later request supersedes this one
    if (isFirst) clear();
    list.append(...page.ids.map(entry));
    nextUrl = page.next;
    more.hidden = !nextUrl;
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

function entry(videoId) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  const poster = document.createElement('img');
  const caption = document.createElement('span');
  Object.assign(poster, { alt: '', loading: 'lazy', width: 320, height: 180 });
  poster.onerror = () => poster.removeAttribute('src'); // this video has no poster
  button.type = 'button';
  button.dataset.videoId = videoId;
  caption.textContent = 'Play';
  button.append(poster, caption);
  button.onclick = () => onChosen(videoId);
  item.append(button);
  stops.push(
    follow(videoId, (video) => {
      const day = new Date(video.createdAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
      caption.textContent = `${span(video.durationSeconds)} · ${day}`;
      button.setAttribute('aria-label', `Play the video of ${day}, ${span(video.durationSeconds)} long`);
      if (!caption.title || !isEncoding(video)) poster.src = posterUrl(videoId); // at first, and when all is done
      caption.title = day;
    }),
  );
  return item;
}
