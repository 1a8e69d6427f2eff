const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const state = randomText();
const codeVerifier = randomText();
const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));

const authUrl = new URL('https://contextfile.ai/oauth/authorize');
authUrl.searchParams.set('response_type', 'code');
authUrl.searchParams.set('client_id', 'YOUR_CLIENT_ID');
authUrl.searchParams.set('redirect_uri', 'https://yourapp.com/callback');
authUrl.searchParams.set('scope', 'profile:read contexts:read');
authUrl.searchParams.set('state', state);
authUrl.searchParams.set('code_challenge', base64url(new Uint8Array(digest)));
authUrl.searchParams.set('code_challenge_method', 'S256');

// The callback compares one, and the exchange sends the other
sessionStorage.setItem('state', state);
sessionStorage.setItem('codeVerifier', codeVerifier);

// Redirect user
window.location.href = authUrl.toString();
