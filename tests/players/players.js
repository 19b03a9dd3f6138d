// Starts a player of the given name as its documentation says, and notes what becomes of it in `window.notes`.
import Hls from 'hls.js';
import shaka from 'shaka-player/dist/shaka-player.compiled.js';
import videojs from 'video.js';
import { VidstackPlayer } from 'vidstack/global/player';

window.notes = { problems: [], jumps: [], firstFrame: null };

const problem = (...what) => window.notes.problems.push(what.join(' '));

// Every player has a video element in the end; it is started when there is something to see.
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

const start = (video) => video.addEventListener('canplay', () => video.play(), { once: true });

const PLAYERS = {
  'hls.js'(url) {
    const hls = new Hls();
    const video = element();
    hls.on(Hls.Events.ERROR, (_, { details, reason, error }) => problem(details, reason ?? error));
    start(video);
    hls.loadSource(url);
    hls.attachMedia(video);
  },

  async Shaka(url) {
    const player = new shaka.Player();
    await player.attach(element());
    player.addEventListener('error', ({ detail }) => problem('Shaka', detail.code));
    await player.load(url);
    window.media.play();
  },

  'video.js'(url) {
    const player = videojs(element(), { html5: { vhs: { overrideNative: true } } });
    player.on('error', () => problem(player.error().message));
    player.one('canplay', () => player.play());
    player.src(url);
  },

  async Vidstack(url) {
    const target = document.createElement('div');
    document.body.append(target);
    const player = await VidstackPlayer.create({ target, muted: true });
    player.addEventListener('provider-change', ({ detail }) => {
      if (detail?.type === 'hls') detail.library = Hls; // which it would take from a CDN
    });
    player.addEventListener('provider-setup', () => watch(document.querySelector('video')));
    player.addEventListener('hls-error', ({ detail }) => problem(detail.details, detail.reason ?? detail.error));
    player.addEventListener('can-play', () => player.play(), { once: true });
    player.src = url;
  },
};

window.startPlayer = (name, url) => {
  Promise.resolve(PLAYERS[name](url)).catch((error) => problem('start', error.message ?? error.code));
};
