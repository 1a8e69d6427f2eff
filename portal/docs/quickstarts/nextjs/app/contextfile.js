import { randomBytes } from 'node:crypto'
import { cookies } from 'next/headers'

export const contextfile = 'https://contextfile.ai'
export const clientId = process.env.CONTEXTFILE_CLIENT_ID
export const redirectUri = process.env.CONTEXTFILE_REDIRECT_URI || 'http://localhost:3000/callback'
export const scope = 'profile:read contexts:read'

// Each user's session, with the tokens, in this server's memory: keep yours in a database.
// Next.js may load this file for the page and for each route; there is one globalThis.
const sessions = (globalThis.sessions ??= new Map())

export const random = () => randomBytes(32).toString('base64url')

export async function currentSession() {
  const cookie = (await cookies()).get('session')
  return sessions.get(cookie?.value) ?? {}
}

/** Gives a session a new ID. For routes and server actions: a page sets no cookies. */
export async function beginSession(session) {
  const jar = await cookies()
  sessions.delete(jar.get('session')?.value)
  const id = random()
  sessions.set(id, session)
  const secure = redirectUri.startsWith('https:')
  jar.set('session', id, { httpOnly: true, sameSite: 'lax', secure })
}

export function post(path, form) {
  const body = new URLSearchParams({
    ...form,
    client_id: clientId,
    client_secret: process.env.CONTEXTFILE_CLIENT_SECRET,
  })
  return fetch(contextfile + path, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })
}

export async function callApi(session, path) {
  const call = () => {
    const headers = { Authorization: `Bearer ${session.tokens.access_token}` }
    return fetch(contextfile + path, { headers, signal: AbortSignal.timeout(10_000) })
  }
  const answer = await call()
  if (answer.status !== 401) return answer
  return (await refresh(session)) ? call() : answer // the access token had expired
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
