// The module 'crypto' of CloudFront's runtime 2.0, as far as the edge lends it: SHA-256, alone and keyed.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
// The steps are those of FIPS 180-4, section 6.2, and RFC 2104.
(function () {
  'use strict';
  const BLOCK_BYTES = 64;
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const primes = [];
  for (let candidate = 2; primes.length < 64; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  const fraction = (number) => ((number - Math.floor(number)) * 0x100000000) | 0;
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)));
  const rotated = (word, by) => (word >>> by) | (word << (32 - by));

  function bytesOf(data) {
    if (typeof data !== 'string') throw new TypeError(`data: expected a string, got ${data}`);
    return Array.from(unescape(encodeURIComponent(data)), (character) => character.charCodeAt(0));
  }

  function sha256(message) {
    const bytes = new Uint8Array(BLOCK_BYTES * Math.ceil((message.length + 9) / BLOCK_BYTES));
    bytes.set(message);
    bytes[message.length] = 0x80;
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 4, message.length * 8);
    const hash = Int32Array.from(START);
    for (let offset = 0; offset < bytes.length; offset += BLOCK_BYTES) addBlock(hash, view, offset);
    return Array.from(hash).flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]);
  }

  function addBlock(hash, view, offset) {
    const words = new Int32Array(64);
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + 4 * i);
    for (let i = 16; i < 64; i++) {
      const early = words[i - 15];
      const late = words[i - 2];
      const small0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const small1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      words[i] = words[i - 16] + small0 + words[i - 7] + small1;
    }
    const state = Int32Array.from(hash);
    for (let i = 0; i < 64; i++) {
      const a = state[0];
      const e = state[4];
      const choice = (e & state[5]) ^ (~e & state[6]);
      const majority = (a & state[1]) ^ (a & state[2]) ^ (state[1] & state[2]);
      const one = state[7] + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + ROUNDS[i] + words[i];
      const two = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority;
      state.copyWithin(1, 0, 7);
      state[4] += one;
      state[0] = one + two;
    }
    for (let i = 0; i < 8; i++) hash[i] += state[i];
  }

  function hmac(key, message) {
    const short = key.length > BLOCK_BYTES ? sha256(key) : key;
    const padded = Array.from({ length: BLOCK_BYTES }, (_, i) => short[i] || 0);
    const inner = sha256([...padded.map((byte) => byte ^ 0x36), ...message]);
    return sha256([...padded.map((byte) => byte ^ 0x5c), ...inner]);
  }

  function encoded(bytes, encoding) {
    if (encoding === 'hex') return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (encoding !== 'base64' && encoding !== 'base64url') throw new TypeError(`digest: no encoding ${encoding} is lent`);
    let text = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const group = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
      const left = Math.min(bytes.length - i, 3);
      for (let digit = 0; digit <= left; digit++) text += ALPHABET[(group >>> (18 - 6 * digit)) & 63];
      text += '='.repeat(3 - left);
    }
    return encoding === 'base64' ? text : text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  }

  function summing(algorithm, sum) {
    if (algorithm !== 'sha256') throw new TypeError(`crypto: the edge lends sha256, not ${algorithm}`);
    let message = [];
    return {
      update(data) {
        message = message.concat(bytesOf(data));
        return this;
      },
      digest(encoding) {
        return encoded(sum(message), encoding);
      },
    };
  }

  globalThis.__edgeCrypto = {
    createHash: (algorithm) => summing(algorithm, sha256),
    createHmac: (algorithm, key) => summing(algorithm, (message) => hmac(bytesOf(key), message)),
  };
})();
