import * as library from 'oauth4webapi'

import { answerOf } from './challenges.mjs'

const loopback = { [library.allowInsecureRequests]: true }
const authentications = {
  client_secret_basic: library.ClientSecretBasic,
  client_secret_post: library.ClientSecretPost,
  none: library.None,
}

export async function connect({ issuer, client_id, client_secret, method, redirect_uri, scope }) {
  const discovered = await library.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...loopback })
  const server = await library.processDiscoveryResponse(new URL(issuer), discovered)
  const client = { client_id }
  const identity = [server, client, authentications[method](client_secret)]
  const verifier = library.generateRandomCodeVerifier()
  const state = library.generateRandomState()
  const authorizationUrl = new URL(server.authorization_endpoint)
  authorizationUrl.search = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: 'code',
    scope,
    state,
    code_challenge: await library.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return {
    authorizationUrl,
    exchange: async (url) => {
      const code = library.validateAuthResponse(server, client, new URL(url), state)
      const response = await library.authorizationCodeGrantRequest(...identity, code, redirect_uri, verifier, loopback)
      return library.processAuthorizationCodeResponse(server, client, response)
    },
    get: (path, token) =>
      answerOf(
        library.protectedResourceRequest(token, 'GET', new URL(path, issuer), undefined, undefined, loopback),
      ),
    refresh: async (token) => {
      const response = await library.refreshTokenGrantRequest(...identity, token, loopback)
      return library.processRefreshTokenResponse(server, client, response)
    },
    introspect: async (token) => {
      const response = await library.introspectionRequest(...identity, token, loopback)
      return library.processIntrospectionResponse(server, client, response)
    },
    revoke: async (token) =>
      library.processRevocationResponse(await library.revocationRequest(...identity, token, loopback)),
  }
}
