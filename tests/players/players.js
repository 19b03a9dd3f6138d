// Starts a player of the given name as its documentation says, and notes what becomes of it in `window.notes`. Each is to
// play before it has loaded anything, as it is where a page plays by itself: then hls.js jumps over holes.
import Hls from 'hls.js';
import shaka from 'shaka-player/dist/shaka-player.compiled.js';
import videojs from 'video.js';
import { VidstackPlayer } from 'vidstack/global/player';

window.notes = { problems: [], jumps: [], firstFrame: null };

const problem = (...what) => window.notes.problems.push(what.join(' '));
// A busy machine stalls; that says nothing of the video.
const hlsProblem = ({ details, reason, error }) => details === 'bufferStalledError' || problem(details, reason ?? error);

// Every player has a video element in the end.
function watch(video) {
  window.media = video;
  video.muted = true;
  video.addEventListener('error', () => problem('media error', video.error?.message));
  video.addEventListener('seeking', () => window.notes.jumps.push(video.currentTime));
  video.requestVideoFrameCallback((_, { mediaTime }) => (window.notes.firstFrame = mediaTime));
  return video;
}

function element() {
  const video = document.createElement('video');
  document.body.append(video);
  return watch(video);
}

const PLAYERS = {
  'hls.js'(url) {
    const hls = new Hls();
    const video = element();
    hls.on(Hls.Events.ERROR, (_, data) => hlsProblem(data));
    hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());
    hls.loadSource(url);
    hls.attachMedia(video);
  },

  async Shaka(url) {
    const player = new shaka.Player();
    await player.attach(element());
    player.addEventListener('error', ({ detail }) => problem('Shaka', detail.code));
    window.media.autoplay = true;
    await player.load(url);
  },

  'video.js'(url) {
    const player = videojs(element(), { html5: { vhs: { overrideNative: true } } });
    player.on('error', () => problem(player.error().message));
    player.src(url);
    player.ready(() => player.play());
  },

  async Vidstack(url) {
    const target = document.createElement('div');
    document.body.append(target);
    const player = await VidstackPlayer.create({ target, muted: true, autoPlay: true });
    player.addEventListener('provider-change', ({ detail }) => {
      if (detail?.type === 'hls') detail.library = Hls; // which it would take from a CDN
    });
    player.addEventListener('provider-setup', () => watch(document.querySelector('video')));
    player.addEventListener('hls-error', ({ detail }) => hlsProblem(detail));
    player.src = url;
  },
};

window.startPlayer = (name, url) => {
  Promise.resolve(PLAYERS[name](url)).catch((error) => problem('start', error.message ?? error.code));
};
