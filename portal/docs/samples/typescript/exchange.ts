interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  token_type: string;
  scope: string;
}

// In your callback handler (server-side)
const response = await fetch('https://contextfile.ai/api/oauth/token', {
  method: 'POST',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
  },
  body: new URLSearchParams({
    grant_type: 'authorization_code',
    code: authorizationCode,
    redirect_uri: 'https://yourapp.com/callback',
    client_id: process.env.CONTEXTFILE_CLIENT_ID!,
    client_secret: process.env.CONTEXTFILE_CLIENT_SECRET!,
  }),
  signal: AbortSignal.timeout(10_000),
});
if (!response.ok) {
  throw new Error(`${response.status}: ${await response.text()}`);
}

const tokens = (await response.json()) as Tokens;
// { access_token, refresh_token, expires_in, token_type, scope }
