// What survives a reload: the uploads of this browser, and of whom has signed in, each
// {id, name, size, lastModified, upload?: {uploadId, key}, videoId?}.

import { owner } from './session.js';

const key = () => (owner() ? `reelway-uploads:${owner()}` : 'reelway-uploads');

function read() {
  try {
    return JSON.parse(localStorage.getItem(key())) ?? [];
  } catch {
    return [];
  }
}

function write(kept) {
  try {
    localStorage.setItem(key(), JSON.stringify(kept));
  } catch {
    // Without storage everything works until the page is reloaded.
  }
}

export const remembered = read;

export function remember(changed) {
  const kept = read();
  const index = kept.findIndex(({ id }) => id === changed.id);
  if (index < 0) write([...kept, changed]);
  else write(kept.with(index, changed));
}

export function forget(id) {
  write(read().filter((one) => one.id !== id));
}
