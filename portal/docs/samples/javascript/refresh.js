const response = await fetch('https://contextfile.ai/api/oauth/token', {
  method: 'POST',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
  },
  body: new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: storedRefreshToken,
    client_id: process.env.CONTEXTFILE_CLIENT_ID,
    client_secret: process.env.CONTEXTFILE_CLIENT_SECRET,
  }),
});

const newTokens = await response.json();
