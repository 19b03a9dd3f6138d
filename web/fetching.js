// The libraries' `fetch`: esbuild puts this one into its place. Uppy has no option for headers of requests to the
// server.

let send = (...request) => globalThis.fetch(...request);

export const fetch = (...request) => send(...request);

/** Has the libraries send their requests by `given`, which is called as `fetch` is. */
export function fetchBy(given) {
  send = given;
}
