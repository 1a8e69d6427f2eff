import { randomBytes } from 'node:crypto';

// Keep it in the user’s session: the callback compares it
const state: string = randomBytes(32).toString('base64url');

const authUrl = new URL('https://contextfile.ai/oauth/authorize');
authUrl.searchParams.set('response_type', 'code');
authUrl.searchParams.set('client_id', 'YOUR_CLIENT_ID');
authUrl.searchParams.set('redirect_uri', 'https://yourapp.com/callback');
authUrl.searchParams.set('scope', 'profile:read contexts:read');
authUrl.searchParams.set('state', state);

// Redirect user to authUrl
