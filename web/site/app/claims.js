// What a token says of itself. Nobody has verified it here: it decides on what is shown, the server on what is done.

/** The claims of a JWT (RFC 7519); null for any other text. */
export function claimsOf(token) {
  try {
    const [, payload] = token.split('.');
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
    return typeof claims === 'object' ? claims : null;
  } catch {
    return null;
  }
}

/** The words of `scope`, or of `scp`, which some providers have in its place; null if there are neither. */
export function scopesOf(claims) {
  const said = claims?.scope ?? claims?.scp;
  if (typeof said === 'string') return said.split(' ');
  return Array.isArray(said) ? said : null;
}
