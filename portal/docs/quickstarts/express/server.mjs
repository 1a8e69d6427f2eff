import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import express from 'express'
import session from 'express-session'

const contextfile = 'https://contextfile.ai'
const clientId = process.env.CONTEXTFILE_CLIENT_ID
const clientSecret = process.env.CONTEXTFILE_CLIENT_SECRET
const redirectUri = process.env.CONTEXTFILE_REDIRECT_URI || 'http://localhost:3000/callback'
const scope = 'profile:read contexts:read'
const connect = '<a href="/login">Connect with ContextFile</a>'
const stillOpen = 'ContextFile could not be reached; nothing was ended. Try again.'
const disconnect = '<form method="post" action="/disconnect"><button>Disconnect</button></form>'

const random = () => randomBytes(32).toString('base64url')
const app = express()
// Sessions, with the users' tokens, are in this server's memory: keep yours in a database.
const cookie = { sameSite: 'lax' }
app.use(session({ secret: random(), resave: false, saveUninitialized: false, cookie }))

const page = (body) =>
  `<!doctype html><html lang="en"><title>My app</title><h1>My app</h1>${body}</html>`
const explain = (response, status, problem, button = connect) =>
  response.status(status).send(page(`<p role="alert">${escape(problem)}</p>${button}`))
const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

function post(path, form) {
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret })
  return fetch(contextfile + path, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })
}

async function refresh(session) {
  const form = { grant_type: 'refresh_token', refresh_token: session.tokens.refresh_token }
  const answer = await post('/api/oauth/token', form)
  if (answer.status === 400) {
    delete session.tokens // invalid_grant: the user has ended it, or it has expired
    return false
  }
  if (!answer.ok) throw new Error(await answer.text())
  session.tokens = await answer.json() // the refresh token is a new one, too
  return true
}

async function callApi(session, path) {
  const call = () => {
    const headers = { Authorization: `Bearer ${session.tokens.access_token}` }
    return fetch(contextfile + path, { headers, signal: AbortSignal.timeout(10_000) })
  }
  const answer = await call()
  if (answer.status !== 401) return answer
  return (await refresh(session)) ? call() : answer // the access token had expired
}

app.get('/', async (request, response) => {
  if (!request.session.tokens) return response.send(page(connect))
  const answer = await callApi(request.session, '/api/v1/contexts')
  const { message, data } = await answer.json()
  if (!answer.ok) return explain(response, 502, message)
  const names = data.map((context) => `<li>${escape(context.name)}</li>`).join('')
  response.send(page(`<ul>${names}</ul>${disconnect}`))
})

app.get('/login', (request, response) => {
  const [state, verifier] = [random(), random()]
  request.session.pending = { state, verifier } // this browser's alone
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  response.redirect(`${contextfile}/oauth/authorize?${query}`)
})

app.get(new URL(redirectUri).pathname, async (request, response) => {
  const { code, state = '', iss, error, error_description: reason = '' } = request.query
  const { pending } = request.session
  delete request.session.pending
  if (!pending || !same(pending.state, String(state))) {
    return explain(response, 400, 'This answer belongs to no request of yours. Connect again.')
  }
  if (iss !== contextfile) return explain(response, 400, 'This answer is not from ContextFile.')
  if (error) return explain(response, 403, `No access was given. ${reason}`)
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  const answer = await post('/api/oauth/token', { ...form, code_verifier: pending.verifier })
  const tokens = await answer.json()
  if (!answer.ok) return explain(response, 502, tokens.error_description)
  request.session.regenerate(() => {
    request.session.tokens = tokens
    response.redirect('/')
  })
})

function same(text, other) {
  const [one, two] = [Buffer.from(text), Buffer.from(other)]
  return one.length === two.length && timingSafeEqual(one, two)
}

app.post('/disconnect', async (request, response) => {
  const { tokens } = request.session
  if (tokens) {
    // Revoking the refresh token ends the access token as well.
    const form = { token: tokens.refresh_token }
    const answer = await post('/api/oauth/revoke', form).catch(console.error)
    if (!answer?.ok) return explain(response, 502, stillOpen, disconnect)
    delete request.session.tokens
  }
  response.redirect('/')
})

const { hostname, port } = new URL(redirectUri)
app.listen(port || 3000, hostname.replace(/[[\]]/g, '')) // IPv6 without its brackets
