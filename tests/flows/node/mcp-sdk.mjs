// The auth part of the Model Context Protocol's client: it is given the address of a resource and nothing else.
import { randomUUID } from 'node:crypto'

import { auth, extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js'
import { withOAuth } from '@modelcontextprotocol/sdk/client/middleware.js'

export async function connect({ issuer, method, redirect_uri }) {
  const serverUrl = new URL('/api/v1', issuer)
  const kept = {}
  const provider = {
    redirectUrl: redirect_uri,
    clientMetadata: {
      client_name: 'An MCP client',
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
    },
    state: () => (kept.state = randomUUID()),
    clientInformation: () => kept.client,
    saveClientInformation: (client) => (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => (kept.tokens = tokens),
    redirectToAuthorization: (url) => (kept.authorizationUrl = url),
    saveCodeVerifier: (verifier) => (kept.verifier = verifier),
    codeVerifier: () => kept.verifier,
  }
  const refused = await fetch(new URL('/api/v1/profile', issuer))
  const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused)
  const step = async (expected, options) => {
    const outcome = await auth(provider, { serverUrl, resourceMetadataUrl, ...options })
    if (outcome !== expected) throw new Error(`expected ${expected}, not ${outcome}`)
    return kept.tokens
  }
  await step('REDIRECT')
  return {
    authorizationUrl: kept.authorizationUrl,
    exchange: (url) => {
      const answer = new URL(url).searchParams
      if (answer.get('state') !== kept.state) throw new Error('not the answer to our request')
      return step('AUTHORIZED', { authorizationCode: answer.get('code'), iss: answer.get('iss') })
    },
    get: async (path) => {
      const response = await withOAuth(provider, serverUrl)(fetch)(new URL(path, issuer))
      return { status: response.status, body: await response.json() }
    },
    refresh: () => step('AUTHORIZED'),
  }
}
