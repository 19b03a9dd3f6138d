// The dialog that asks for a token, by the identity provider where there is one.

import { takes } from './api.js';
import { config } from './config.js';
import * as provider from './provider.js';
import * as session from './session.js';

const FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/; // of a signed JWT
const AGAIN_AFTER_MS = 10_000;

const dialog = document.getElementById('sign-in');
const reason = document.getElementById('sign-in-reason');
const leaving = document.getElementById('provider');
const other = document.getElementById('by-token');
const form = document.getElementById('token-form');
const field = document.getElementById('token');

let refreshedAt = Number.NEGATIVE_INFINITY;

/** Ends when the page may be shown: at once where the server asks nobody for a token. */
export async function begin() {
  session.askBy(another);
  let problem = '';
  try {
    const signedIn = await provider.returned();
    if (signedIn) session.keep(signedIn);
  } catch (error) {
    problem = `Signing in did not work: ${error.error_description ?? error.message}.`;
  }
  if (config.access === 'token' && (problem || !session.token())) await asked(problem);
  if (session.token()) showOwner();
}

async function another(refused) {
  // A token that is refused as soon as it was made will not be better the next time.
  if (refused && performance.now() - refreshedAt > AGAIN_AFTER_MS) {
    const renewed = await provider.refreshed(session.current());
    refreshedAt = performance.now();
    if (renewed) return session.keep(renewed);
  }
  await asked(refused ? 'Your session has ended. Sign in again.' : '');
  showOwner();
}

function asked(problem) {
  say(problem);
  field.value = '';
  leaving.hidden = !provider.name;
  leaving.textContent = `Sign in with ${provider.name}`;
  other.open = !provider.name;
  dialog.showModal();
  if (!provider.name) field.focus();
  return new Promise((resolve) => {
    dialog.oncancel = (event) => event.preventDefault();
    dialog.onclose = () => (session.token() ? resolve() : dialog.showModal()); // a second Escape closes it
    leaving.onclick = () => provider.leave().catch(() => say(`${provider.name} cannot be reached. Try again.`));
    form.onsubmit = (event) => {
      event.preventDefault();
      accept(field.value.trim());
    };
  });
}

async function accept(token) {
  if (!FORM.test(token)) return say('This is no token. It has three parts with dots between them.');
  try {
    if (!(await takes(token))) return say('This token is not valid here, or no longer.');
  } catch (error) {
    return say(error.message);
  }
  session.keep({ token });
  dialog.close();
}

function say(problem) {
  reason.textContent = problem;
  reason.hidden = !problem;
}

function showOwner() {
  document.getElementById('session').hidden = false;
  document.getElementById('owner').textContent = session.name();
  document.getElementById('sign-out').onclick = signOut;
}

async function signOut() {
  const ended = session.current();
  session.drop();
  if (await provider.end(ended)) return;
  history.replaceState(null, '', location.pathname);
  location.reload();
}
