// How this server was deployed, as the deployment has written it down: {access, issuer, clientId, audience, scopes}.

const answer = await fetch('/app/config.json').catch(() => null);

// Without it the server is taken for an open one, and what it answers shows whether it is.
export const config = answer?.ok ? await answer.json() : { access: 'open', issuer: '' };
