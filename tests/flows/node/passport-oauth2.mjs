// An Express app that lets people in with Passport: /login sends them to the server, /callback is where they come back.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { promisify } from 'node:util'

import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-oauth2'
import refresh from 'passport-oauth2-refresh'

export async function connect({ issuer, client_id, client_secret, scope }) {
  const metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', issuer))).json()
  const app = express()
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const home = `http://127.0.0.1:${server.address().port}`
  let granted

  const strategy = new Strategy(
    {
      authorizationURL: metadata.authorization_endpoint,
      tokenURL: metadata.token_endpoint,
      clientID: client_id,
      clientSecret: client_secret,
      callbackURL: `${home}/callback`,
      scope: scope.split(' '),
      state: true,
      pkce: 'S256',
    },
    (accessToken, refreshToken, parameters, _profile, done) => {
      granted = { ...parameters, access_token: accessToken, refresh_token: refreshToken }
      done(null, { name: 'somebody' })
    },
  )
  passport.use(strategy)
  refresh.use(strategy)
  app.use(session({ secret: randomBytes(32).toString('hex'), resave: false, saveUninitialized: false }))
  app.get('/login', passport.authenticate('oauth2', { session: false }))
  app.get('/callback', passport.authenticate('oauth2', { session: false }), (_request, response) =>
    response.send('<!doctype html><html lang="en"><title>Signed in</title><h1>Signed in</h1>'),
  )
  process.stdin.once('end', () => server.close().closeAllConnections())

  const requestNew = promisify((token, done) =>
    refresh.requestNewAccessToken('oauth2', token, (failure, _accessToken, _refreshToken, parameters) =>
      done(failure && Object.assign(new Error(), JSON.parse(failure.data)), parameters),
    ),
  )
  return {
    authorizationUrl: `${home}/login`,
    exchange: async () => granted, // Passport has done it in /callback
    get: async (path, token) => {
      const response = await fetch(new URL(path, issuer), { headers: { authorization: `Bearer ${token}` } })
      return { status: response.status, body: await response.json() }
    },
    refresh: (token) => requestNew(token),
  }
}
