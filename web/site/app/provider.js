// Signing in at the identity provider: the code flow of OpenID Connect, with PKCE, for a client without a secret.

import { claimsOf } from './claims.js';
import { config } from './config.js';
import * as oauth from './vendor.js';

const KEY = 'reelway-signing-in';
const CLIENT = { client_id: config.clientId };
const BACK = `${location.origin}/`;
const ISSUER = config.issuer ? new URL(config.issuer) : null;
// The template takes no other issuer without TLS than one on this machine.
const OPTIONS = { [oauth.allowInsecureRequests]: ISSUER?.protocol === 'http:' };

export const name = ISSUER?.host;

let described = null;

async function server() {
  described ??= await oauth.processDiscoveryResponse(ISSUER, await oauth.discoveryRequest(ISSUER, OPTIONS));
  return described;
}

function go(endpoint, parameters) {
  const url = new URL(endpoint);
  for (const [key, value] of Object.entries(parameters)) if (value) url.searchParams.set(key, value);
  location.assign(url);
}

/** Sends the browser to the provider, which sends it back. */
export async function leave() {
  const { authorization_endpoint } = await server();
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  sessionStorage.setItem(KEY, JSON.stringify({ verifier, state, nonce, place: location.hash }));
  go(authorization_endpoint, {
    ...CLIENT,
    response_type: 'code',
    redirect_uri: BACK,
    scope: config.scopes,
    audience: config.audience, // some give an access token that is no JWT without it
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
}

/** The session that the provider has sent the browser back with, or null. Nothing of it stays in the address. */
export async function returned() {
  const parameters = new URLSearchParams(location.search);
  if (!ISSUER || !(parameters.has('code') || parameters.has('error'))) return null;
  const begun = JSON.parse(sessionStorage.getItem(KEY));
  sessionStorage.removeItem(KEY);
  history.replaceState(null, '', `${location.pathname}${begun?.place ?? ''}`);
  if (!begun) throw new Error('it was not begun in this tab');
  const from = await server();
  const checked = oauth.validateAuthResponse(from, CLIENT, parameters, begun.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    from,
    CLIENT,
    oauth.publicClient(),
    checked,
    BACK,
    begun.verifier,
    OPTIONS,
  );
  return sessionOf(
    await oauth.processAuthorizationCodeResponse(from, CLIENT, answer, {
      expectedNonce: begun.nonce,
      requireIdToken: true,
    }),
  );
}

/** The session with a new token, or null if the provider gives none for it. */
export async function refreshed({ refreshToken, idToken }) {
  if (!ISSUER || !refreshToken) return null;
  const from = await server();
  const answer = await oauth.refreshTokenGrantRequest(from, CLIENT, oauth.publicClient(), refreshToken, OPTIONS);
  try {
    return { refreshToken, idToken, ...sessionOf(await oauth.processRefreshTokenResponse(from, CLIENT, answer)) };
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return null;
    throw error;
  }
}

/** Ends the session at the provider as well, which sends the browser back; false if that is not possible. */
export async function end({ idToken }) {
  if (!ISSUER || !idToken) return false;
  const { end_session_endpoint } = await server().catch(() => ({}));
  if (!end_session_endpoint) return false;
  // Cognito has a name of its own for where to come back to.
  go(end_session_endpoint, { ...CLIENT, id_token_hint: idToken, post_logout_redirect_uri: BACK, logout_uri: BACK });
  return true;
}

function sessionOf({ access_token, refresh_token, id_token }) {
  if (!claimsOf(access_token)) throw new Error('its access token is no JWT, which AuthAudience may mend');
  return JSON.parse(JSON.stringify({ token: access_token, refreshToken: refresh_token, idToken: id_token }));
}
