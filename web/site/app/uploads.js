// Uploads to S3: Uppy sends files in parts, directly to storage, and resumes interrupted uploads.

import { authorized, beginUpload, describe, storedParts, videoOfUpload } from './api.js';
import { AwsS3, fetchBy, Uppy } from './vendor.js';

const MIB = 2 ** 20;
const PART_BYTES = 8 * MIB; // also the maximum that has to be sent again after an interruption
const MAX_PARTS = 10_000; // S3's limit
const RETRY_AFTER_MS = [1000, 2000, 4000, 8000, 16_000]; // half a minute, then the user decides

// Signed URLs of storage are complete, and other servers are none of ours: neither gets the token.
const sent = (url, options) => (String(url).startsWith(`${location.origin}/s3/`) ? authorized : fetch)(url, options);

/** Sends files; at most one upload of the same file at a time. */
export class Uploads {
  #uppy = new Uppy({ autoProceed: false, allowMultipleUploadBatches: true });
  #sending = new Map(); // {on, failures, hasStopped, timer} by Uppy's id

  constructor() {
    fetchBy(sent);
    this.#uppy.use(AwsS3, {
      companionEndpoint: location.origin,
      shouldUseMultipart: true,
      getChunkSize: ({ size }) => Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS)),
    });
    this.#uppy.on('upload-progress', ({ id }, { bytesUploaded, bytesTotal }) => {
      this.#sending.get(id)?.on.progress(bytesUploaded, bytesTotal);
    });
    this.#uppy.on('s3-multipart:part-uploaded', ({ id }) => {
      const sending = this.#sending.get(id);
      if (sending) sending.failures = 0;
    });
    this.#uppy.on('upload-success', ({ id }, { body }) => this.#done(id, videoOfUpload(body)));
    this.#uppy.on('upload-error', ({ id }) => this.#failed(id));
  }

  /**
   * Sends `file`, or just what is missing of `upload`, `{uploadId, key}`, if S3 still has it. Returns Uppy's file id.
   *
   * `on.begun(upload)`, `on.progress(bytes, total)`, `on.retrying()`, `on.done(videoId)` and `on.failed(Error)` are
   * called. Throws an Error with a sentence when the file is not taken.
   */
  async start(file, upload, on) {
    if (!file.size) throw new Error('The file is empty.');
    const stored = upload && (await this.#stored(upload));
    if (stored?.videoId) {
      on.done(stored.videoId);
      return null;
    }
    const current = stored ? upload : await beginUpload(file);
    on.begun(current);
    const id = this.#uppy.addFile({ name: file.name, type: file.type, data: file, source: 'page' });
    this.#sending.set(id, { on, failures: 0 });
    this.#uppy.setFileState(id, { s3Multipart: current });
    this.#uppy.upload();
    return id;
  }

  retry(id) {
    this.#sending.get(id).hasStopped = false;
    return this.#uppy.retryUpload(id);
  }

  /** True when it is paused now. */
  pauseOrResume(id) {
    return this.#uppy.pauseResume(id);
  }

  /** True when Uppy aborts the upload at S3 itself, which it does only while sending. */
  cancel(id) {
    const sending = this.#sending.get(id);
    clearTimeout(sending?.timer);
    this.#sending.delete(id);
    if (!this.#uppy.getFile(id)) return false;
    this.#uppy.removeFile(id);
    return Boolean(sending && !sending.hasStopped);
  }

  #done(id, videoId) {
    const sending = this.#sending.get(id);
    this.#sending.delete(id);
    this.#uppy.removeFile(id);
    sending?.on.done(videoId);
  }

  // Uppy does not pass the server's answer on, so the state of the upload is looked up.
  async #failed(id) {
    const sending = this.#sending.get(id);
    if (!sending) return;
    sending.hasStopped = true;
    const upload = this.#uppy.getFile(id)?.s3Multipart;
    const stored =
      (await this.#stored(upload).catch((error) => error)) ??
      new Error('It was aborted or has expired. Choose the file again to begin anew.');
    if (!this.#sending.has(id)) return; // it was cancelled meanwhile
    if (stored.videoId) return this.#done(id, stored.videoId);
    if (stored instanceof Error && stored.code !== 'unreachable') {
      this.cancel(id);
      return sending.on.failed(stored, { isOver: true });
    }
    const delayMs = RETRY_AFTER_MS[sending.failures];
    sending.failures += 1;
    if (delayMs === undefined) {
      sending.failures = 0;
      return sending.on.failed(new Error('It did not get through. What has arrived is kept.'), { isOver: false });
    }
    sending.on.retrying();
    sending.timer = setTimeout(() => this.retry(id), delayMs);
  }

  /** `{videoId}` for a complete upload, `{}` for one that waits for parts, null for one that is gone. */
  async #stored(upload) {
    try {
      await storedParts(upload);
      return {};
    } catch (error) {
      if (!error.isGone) throw error;
    }
    const videoId = videoOfUpload(upload);
    try {
      await describe(videoId);
      return { videoId };
    } catch (error) {
      if (!error.isGone) throw error;
      return null;
    }
  }
}
