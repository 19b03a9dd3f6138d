// Wires the modules together. The URL names the video that is shown, so that a reload shows it again.

import './vendor.js';
import * as jobs from './jobs.js';
import * as library from './library.js';
import * as player from './player.js';
import { may } from './session.js';
import { begin } from './sign_in.js';
import * as undo from './undo.js';

const drop = document.getElementById('drop');
const files = document.getElementById('files');

const shownInAddress = () => new URLSearchParams(location.hash.slice(1)).get('video');

function show(videoId, { isAsked = true } = {}) {
  if (shownInAddress() !== videoId) history.pushState(null, '', `#${new URLSearchParams({ video: videoId })}`);
  player.show(videoId, { isAsked, onDeleted: deleted });
}

function deleted(videoId) {
  history.replaceState(null, '', location.pathname);
  jobs.drop(videoId);
  library.refresh();
  undo.offer(videoId, restored);
}

function restored(videoId) {
  library.refresh();
  show(videoId);
}

// A video that becomes ready is shown only if no other one is being shown.
function ready(videoId, { isAsked }) {
  if (!isAsked) library.refresh();
  if (isAsked || !shownInAddress()) show(videoId, { isAsked });
}

function fromAddress() {
  const videoId = shownInAddress();
  if (videoId) player.show(videoId, { onDeleted: deleted });
  else player.hide();
}

files.onchange = () => {
  jobs.add(files.files);
  files.value = '';
};
for (const kind of ['dragenter', 'dragover']) drop.addEventListener(kind, () => drop.classList.add('over'));
for (const kind of ['dragleave', 'drop']) drop.addEventListener(kind, () => drop.classList.remove('over'));
drop.addEventListener('drop', ({ dataTransfer }) => jobs.add(dataTransfer.files));
// Without this, a file dropped beside the drop zone would replace the page.
for (const kind of ['dragenter', 'dragover', 'drop']) {
  window.addEventListener(kind, (event) => event.preventDefault());
}
window.addEventListener('popstate', fromAddress);

await begin();
document.getElementById('upload').hidden = !may('videos:upload');
document.getElementById('ready').closest('section').hidden = !may('videos:read');
document.querySelector('main').hidden = false;
if (may('videos:read')) library.start((videoId) => show(videoId));
if (may('videos:upload')) jobs.start(ready);
fromAddress();
