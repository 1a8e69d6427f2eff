import * as library from 'openid-client'

import { answerOf } from './challenges.mjs'

const authentications = {
  client_secret_basic: library.ClientSecretBasic,
  client_secret_post: library.ClientSecretPost,
  none: library.None,
}

export async function connect({ issuer, client_id, client_secret, method, redirect_uri, scope }) {
  const config = await library.discovery(
    new URL(issuer),
    client_id,
    undefined,
    authentications[method](client_secret),
    { algorithm: 'oauth2', execute: [library.allowInsecureRequests] },
  )
  const pkceCodeVerifier = library.randomPKCECodeVerifier()
  const expectedState = library.randomState()
  return {
    authorizationUrl: library.buildAuthorizationUrl(config, {
      redirect_uri,
      scope,
      state: expectedState,
      code_challenge: await library.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    }),
    exchange: (url) => library.authorizationCodeGrant(config, new URL(url), { pkceCodeVerifier, expectedState }),
    get: (path, token) => answerOf(library.fetchProtectedResource(config, token, new URL(path, issuer), 'GET')),
    refresh: (token) => library.refreshTokenGrant(config, token),
    introspect: (token) => library.tokenIntrospection(config, token),
    revoke: (token) => library.tokenRevocation(config, token),
  }
}
