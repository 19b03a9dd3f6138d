// The list of this browser's uploads, each from the chosen file until its video has all renditions.

import { abortUpload, describe, retry } from './api.js';
import { follow } from './ladder.js';
import { forget, remember, remembered } from './memory.js';
import { Row } from './row.js';
import { may } from './session.js';
import { watch } from './status.js';
import { Uploads } from './uploads.js';
import { bytes, percent } from './words.js';

const uploads = new Uploads();
const jobs = new Set();
let onReady = () => {};

/** Calls `ready(videoId, {isAsked})` when a video can be played; `isAsked` when its row's button was pressed. */
export function start(ready) {
  onReady = ready;
  for (const kind of ['online', 'offline']) window.addEventListener(kind, showConnection);
  for (const kept of remembered()) {
    const job = new Job(kept);
    if (kept.videoId) job.watch();
    else job.interrupted();
  }
}

export function add(files) {
  for (const file of files) {
    const waiting = [...jobs].find((job) => job.isInterrupted && job.isOf(file));
    (waiting ?? new Job(keptOf(file))).send(file);
  }
}

/** Removes the row of a deleted video. */
export function drop(videoId) {
  for (const job of jobs) if (job.kept.videoId === videoId) job.end();
}

function showConnection() {
  for (const job of jobs) job.row.connected(navigator.onLine);
}

const keptOf = ({ name, size, lastModified }) => ({ id: crypto.randomUUID(), name, size, lastModified });

class Job {
  isInterrupted = false;
  stop = () => {};

  constructor(kept) {
    this.kept = kept;
    this.row = new Row(kept.name);
    jobs.add(this);
  }

  isOf({ name, size, lastModified }) {
    return this.kept.name === name && this.kept.size === size && this.kept.lastModified === lastModified;
  }

  async send(file) {
    this.isInterrupted = false;
    this.row.show('Uploading…', null);
    this.row.offer({});
    try {
      this.sendingId = await uploads.start(file, this.kept.upload, {
        begun: (upload) => this.keep({ upload }),
        progress: (done, total) => this.row.show(`Uploading: ${bytes(done)} of ${bytes(total)}`, done / total),
        retrying: () => this.row.show('The connection was lost; trying again…', null),
        done: (videoId) => {
          this.keep({ videoId, upload: undefined });
          this.watch();
        },
        failed: (error, { isOver }) => this.stopped(error, isOver ? file : null),
      });
      if (this.sendingId) this.offerPause();
    } catch (error) {
      this.stopped(error, file);
    }
  }

  offerPause(isPaused = false) {
    this.row.offer({
      [isPaused ? 'Resume' : 'Pause']: () => this.offerPause(uploads.pauseOrResume(this.sendingId)),
      Cancel: () => this.end(() => this.cancel()),
    });
  }

  /** `anew` is the file if its upload has to begin again. */
  stopped(error, anew) {
    this.row.fail(`The upload stopped. ${error.message}`);
    this.row.offer({
      'Try again': () => {
        if (anew) return this.send(anew);
        this.row.show('Uploading…', null);
        this.offerPause();
        uploads.retry(this.sendingId);
      },
      Cancel: () => this.end(() => this.cancel()),
    });
  }

  cancel() {
    if (uploads.cancel(this.sendingId) || !this.kept.upload) return;
    abortUpload(this.kept.upload).catch(() => {}); // already gone: nothing to abort
  }

  // Browsers do not let a page reopen a file: after a reload the user has to choose it again.
  interrupted() {
    this.isInterrupted = true;
    this.row.show('Interrupted. Choose the same file again, and it goes on where it was.', null);
    this.row.offer({ Cancel: () => this.end(() => this.cancel()) });
  }

  watch() {
    const hide = { Hide: () => this.end() };
    this.row.show('Uploaded', null);
    this.row.offer(hide);
    this.stop = watch(this.kept.videoId, {
      onState: ({ state, progress }) => {
        if (state === 'UPLOADED') this.row.show('Uploaded; waiting to be processed', null);
        if (state === 'PROCESSING') this.row.show(`Processing: ${percent(progress)}`, progress);
        if (state === 'READY') this.ready();
        if (state === 'FAILED') this.failed();
      },
      onProblem: (error) => this.row.fail(error.message),
      onConnection: (isOpen) => this.row.connected(isOpen),
    });
  }

  async failed() {
    const video = await describe(this.kept.videoId).catch(() => null);
    this.row.fail(video?.failure?.message ?? 'The video could not be processed.');
    this.row.offer({ ...this.again(video?.failure), Hide: () => this.end() });
  }

  /** The button of a failure that another run may not meet. */
  again(failure) {
    return failure?.retryable && may('videos:upload') ? { 'Try again': () => this.retry() } : {};
  }

  async retry() {
    try {
      const { state } = await retry(this.kept.videoId);
      if (state === 'READY') this.followLadder();
      else this.watch();
    } catch (error) {
      this.row.fail(error.message);
    }
  }

  ready() {
    onReady(this.kept.videoId, { isAsked: false });
    this.row.show('Ready to play', 1);
    this.followLadder();
  }

  followLadder() {
    const { videoId } = this.kept;
    const offer = (more = {}) =>
      this.row.offer({ Play: () => onReady(videoId, { isAsked: true }), ...more, Hide: () => this.end() });
    offer();
    this.stop = follow(videoId, ({ ladder, failure }) => {
      if (ladder.state === 'complete') this.row.show('Ready', 1);
      else if (ladder.state === 'encoding')
        this.row.show(`Ready to play; further qualities: ${percent(ladder.progress)}`, ladder.progress);
      else {
        this.row.show(`Ready in its own quality only. ${failure.message}`, 1);
        offer(this.again(failure));
      }
    });
  }

  keep(changes) {
    Object.assign(this.kept, changes);
    remember(this.kept);
  }

  end(also = () => {}) {
    this.stop();
    also();
    jobs.delete(this);
    forget(this.kept.id);
    this.row.remove();
  }
}
