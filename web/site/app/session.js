// Who uses the page: a token, and what renews it. The tab keeps them until it is closed, and no other tab sees them.

import { claimsOf, scopesOf } from './claims.js';

const KEY = 'reelway-session';

let kept = read(); // {token, refreshToken?, idToken?}, or null
let asking = null;
let ask = async () => {};

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

/** `asked(refused)` is called when the server has refused that token, or asks for one; it ends when another is kept. */
export function askBy(asked) {
  ask = asked;
}

export const current = () => kept;
export const token = () => kept?.token ?? null;
/** Whose videos the token is for; empty where there is no token. */
export const owner = () => String(claimsOf(token())?.sub ?? '');

/** What to call whoever has signed in. */
export function name() {
  const about = { ...claimsOf(token()), ...claimsOf(kept?.idToken) };
  return String(about.name ?? about.preferred_username ?? about.email ?? about.sub ?? '');
}

/** Whether to show what needs this scope. Where nobody is asked for a token, everything is shown. */
export function may(scope) {
  const scopes = kept && scopesOf(claimsOf(kept.token));
  return !scopes || scopes.includes(scope) || scopes.includes('admin');
}

export function keep(session) {
  const before = kept && owner();
  kept = session;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(session));
  } catch {
    // Without storage the session ends when the page is reloaded.
  }
  // What is shown is another's.
  if (before !== null && before !== owner()) location.reload();
}

export function drop() {
  kept = null;
  sessionStorage.removeItem(KEY);
}

/** Waits for a token in the place of `refused`, which several requests may have been refused with. */
export async function renewed(refused) {
  if (token() !== refused) return;
  asking ??= ask(refused).finally(() => {
    asking = null;
  });
  await asking;
}
