import { timingSafeEqual } from 'node:crypto'
import { redirect } from 'next/navigation'
import { beginSession, contextfile, currentSession, post, redirectUri } from '../contextfile'

export async function GET(request) {
  const sent = request.nextUrl.searchParams
  const session = await currentSession()
  const { state, verifier } = session
  delete session.state
  if (!state || !same(state, sent.get('state') ?? '')) redirect('/?problem=state')
  if (sent.get('iss') !== contextfile) redirect('/?problem=issuer')
  if (sent.has('error')) redirect('/?problem=denied')
  const answer = await post('/api/oauth/token', {
    grant_type: 'authorization_code',
    code: sent.get('code'),
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  if (!answer.ok) {
    console.error(await answer.text())
    redirect('/?problem=exchange')
  }
  await beginSession({ tokens: await answer.json() })
  redirect('/')
}

function same(text, other) {
  const [one, two] = [Buffer.from(text), Buffer.from(other)]
  return one.length === two.length && timingSafeEqual(one, two)
}
