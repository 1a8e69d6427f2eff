import { createHash } from 'node:crypto'
import { redirect } from 'next/navigation'
import {
  beginSession,
  clientId,
  contextfile,
  currentSession,
  random,
  redirectUri,
  scope,
} from '../contextfile'

export async function GET() {
  const [state, verifier] = [random(), random()]
  const session = await currentSession() // whose tokens stay until there are others
  await beginSession(Object.assign(session, { state, verifier }))
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  redirect(`${contextfile}/oauth/authorize?${query}`)
}
