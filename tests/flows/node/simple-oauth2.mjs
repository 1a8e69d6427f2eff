import { createHash, randomBytes } from 'node:crypto'

import { AuthorizationCode } from 'simple-oauth2'

// The library asks for addresses instead of discovering them, and leaves state, PKCE and iss to the application.
export async function connect({ issuer, client_id, client_secret, method, redirect_uri, scope }) {
  const metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', issuer))).json()
  const path = (endpoint) => new URL(metadata[endpoint]).pathname
  const client = new AuthorizationCode({
    client: { id: client_id, secret: client_secret },
    auth: {
      tokenHost: issuer,
      tokenPath: path('token_endpoint'),
      revokePath: path('revocation_endpoint'),
      authorizePath: path('authorization_endpoint'),
    },
    options: { authorizationMethod: method === 'client_secret_basic' ? 'header' : 'body' },
  })
  const verifier = randomBytes(48).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  let held
  const hold = (token) => (held = token).token
  const refusal = (failure) => {
    throw Object.assign(failure, failure.data?.payload)
  }
  return {
    authorizationUrl: client.authorizeURL({
      redirect_uri,
      scope,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
    exchange: async (url) => {
      const answer = new URL(url).searchParams
      if (answer.get('state') !== state || answer.get('iss') !== issuer) throw new Error('not the answer to our request')
      const code = answer.get('code')
      return hold(await client.getToken({ code, redirect_uri, code_verifier: verifier }).catch(refusal))
    },
    get: async (path, token) => {
      const response = await fetch(new URL(path, issuer), { headers: { authorization: `Bearer ${token}` } })
      return { status: response.status, body: await response.json() }
    },
    refresh: async () => hold(await held.refresh().catch(refusal)),
    revoke: () => held.revokeAll(),
  }
}
