const contextfile = 'https://contextfile.ai'
const clientId = 'YOUR_CLIENT_ID'
const redirectUri = 'http://localhost:3000/callback'
const scope = 'profile:read contexts:read'

const element = (id) => document.getElementById(id)
let tokens // in this page's memory: a reload forgets them, and nothing else can read them

function show(problem = '', contexts = []) {
  element('problem').textContent = problem
  element('connect').hidden = Boolean(tokens)
  element('connected').hidden = !tokens
  element('contexts').replaceChildren()
  for (const context of contexts) {
    element('contexts').append(document.createElement('li'))
    element('contexts').lastChild.textContent = context.name
  }
}

function post(path, form) {
  const body = new URLSearchParams({ ...form, client_id: clientId })
  return fetch(contextfile + path, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })
}

async function callApi(path) {
  const call = () => {
    const headers = { Authorization: `Bearer ${tokens.access_token}` }
    return fetch(contextfile + path, { headers, signal: AbortSignal.timeout(10_000) })
  }
  const answer = await call()
  if (answer.status !== 401) return answer
  return (await refresh()) ? call() : answer // the access token had expired
}

async function refresh() {
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  const answer = await post('/api/oauth/token', form)
  if (answer.status === 400) {
    tokens = undefined // invalid_grant: the user has ended it, or it has expired
    return false
  }
  if (!answer.ok) throw new Error(await answer.text())
  tokens = await answer.json() // the refresh token is a new one, too
  return true
}

async function load() {
  const answer = await callApi('/api/v1/contexts')
  const { message, data } = await answer.json()
  show(message, data)
}

async function connect() {
  const [state, verifier] = [random(), random()]
  sessionStorage.setItem('pending', JSON.stringify({ state, verifier }))
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: base64url(new Uint8Array(challenge)),
    code_challenge_method: 'S256',
  })
  location.assign(`${contextfile}/oauth/authorize?${query}`)
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

async function finish(answer) {
  const pending = JSON.parse(sessionStorage.getItem('pending'))
  sessionStorage.removeItem('pending')
  history.replaceState(null, '', '/') // takes the code out of the address
  if (!pending || answer.get('state') !== pending.state) {
    return show('This answer belongs to no request of yours. Connect again.')
  }
  if (answer.get('iss') !== contextfile) return show('This answer is not from ContextFile.')
  if (answer.has('error')) return show(`No access was given. ${answer.get('error_description')}`)
  const response = await post('/api/oauth/token', {
    grant_type: 'authorization_code',
    code: answer.get('code'),
    redirect_uri: redirectUri,
    code_verifier: pending.verifier,
  })
  const result = await response.json()
  if (!response.ok) return show(result.error_description)
  tokens = result
  await load()
}

async function disconnect() {
  const form = { token: tokens.refresh_token } // whose end is that of the access token as well
  const answer = await post('/api/oauth/revoke', form).catch(console.error)
  if (!answer?.ok) return show('ContextFile could not be reached; nothing was ended. Try again.')
  tokens = undefined
  show()
}

element('connect').addEventListener('click', connect)
element('reload').addEventListener('click', load)
element('disconnect').addEventListener('click', disconnect)
const answer = new URLSearchParams(location.search)
if (answer.has('code') || answer.has('error')) await finish(answer)
else show()
