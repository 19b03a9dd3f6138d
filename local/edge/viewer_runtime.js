// The environment of a CloudFront function: of the module 'cloudfront' the origin helpers and the key value store, the
// module 'crypto' (viewer_crypto.js), and console.
// The function's whole source is wrapped in a factory, so that its top-level variables are new for every request.
(function () {
  'use strict';
  // The engine has timers, CloudFront's runtime has none.
  globalThis.setTimeout = undefined;
  globalThis.clearTimeout = undefined;
  const crypto = globalThis.__edgeCrypto;
  delete globalThis.__edgeCrypto;
  const ownGlobals = new Set(Object.getOwnPropertyNames(globalThis));
  let factory = null;
  let invocation = null;
  let pairs = null;

  function text(value, field) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`${field}: expected a string, got ${value}`);
    return value;
  }

  function originIds(group) {
    const ids = group && group.originIds;
    if (!Array.isArray(ids) || ids.length !== 2) throw new TypeError('originIds: expected two origins');
    return ids.map((entry) => text(entry && entry.originId, 'originIds[].originId'));
  }

  function statusCodes(group) {
    const codes = group.failoverCriteria && group.failoverCriteria.statusCodes;
    if (!Array.isArray(codes) || codes.length === 0) throw new TypeError('failoverCriteria.statusCodes: expected a list');
    return codes;
  }

  const store = {
    async exists(key) {
      return pairs.has(text(key, 'key'));
    },
    async get(key, options) {
      if (!pairs.has(text(key, 'key'))) throw new Error(`KeyNotFound: the key value store has no key ${key}`);
      const format = (options && options.format) || 'string';
      if (format === 'json') return JSON.parse(pairs.get(key));
      if (format !== 'string') throw new Error(`the edge lends no values as ${format}`);
      return pairs.get(key);
    },
  };

  const cloudfront = {
    selectRequestOriginById(id, overrides) {
      invocation.origin = { kind: 'select', id: text(id, 'originId'), overrides: overrides || {} };
    },
    createRequestOriginGroup(group) {
      invocation.origin = { kind: 'group', ids: originIds(group), statusCodes: statusCodes(group) };
    },
    updateRequestOrigin(changes) {
      if (typeof changes !== 'object' || changes === null) throw new TypeError('updateRequestOrigin: expected an object');
      invocation.origin = { kind: 'update', changes };
    },
    kvs() {
      if (pairs === null) throw new Error('cf.kvs: the function is associated with no key value store');
      return store;
    },
  };

  function log() {
    invocation.log.push(Array.from(arguments, (part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
  }

  function finish(current, result) {
    return JSON.stringify({ result, origin: current.origin, log: current.log });
  }

  function fail(current, error) {
    return JSON.stringify({ error: String((error && error.stack) || error), log: current.log });
  }

  function forgetGlobals() {
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (!ownGlobals.has(name)) delete globalThis[name];
    }
  }

  globalThis.console = { log, info: log, warn: log, error: log };
  globalThis.__edgeLoad = function (load) { factory = load; };
  globalThis.__edgePairs = function (json) { pairs = new Map(Object.entries(JSON.parse(json))); };
  globalThis.__edgeRun = function (eventJson) {
    forgetGlobals();
    const current = { origin: null, log: [] };
    invocation = current;
    try {
      const result = factory(cloudfront, crypto)(JSON.parse(eventJson));
      if (result && typeof result.then === 'function') {
        return result.then((value) => finish(current, value), (error) => fail(current, error));
      }
      return finish(current, result);
    } catch (error) {
      return fail(current, error);
    }
  };
  for (const name of ['console', '__edgeLoad', '__edgePairs', '__edgeRun']) ownGlobals.add(name);
})();
