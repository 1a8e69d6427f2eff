const response = await fetch('https://contextfile.ai/api/oauth/introspect', {
  method: 'POST',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
  },
  body: new URLSearchParams({
    token: accessToken,
    client_id: process.env.CONTEXTFILE_CLIENT_ID,
    client_secret: process.env.CONTEXTFILE_CLIENT_SECRET,
  }),
  signal: AbortSignal.timeout(10_000),
});
if (!response.ok) {
  throw new Error(`${response.status}: ${await response.text()}`);
}

const introspection = await response.json();
// { active, scope, exp, … }, or only { active: false }
