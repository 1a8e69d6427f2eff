import { redirect } from 'next/navigation'
import { callApi, currentSession, post } from './contextfile'

const problems = new Map([
  ['state', 'This answer belongs to no request of yours. Connect again.'],
  ['issuer', 'This answer is not from ContextFile.'],
  ['denied', 'No access was given.'],
  ['exchange', 'ContextFile has not accepted the code. Connect again.'],
])

export default async function Page({ searchParams }) {
  const session = await currentSession()
  const answer = session.tokens && (await callApi(session, '/api/v1/contexts'))
  const { message, data: contexts } = (await answer?.json()) ?? {}
  const problem = message ?? problems.get((await searchParams).problem)
  return (
    <main>
      <h1>My app</h1>
      {problem && <p role="alert">{problem}</p>}
      {contexts ? (
        <>
          <ul>
            {contexts.map((context) => (
              <li key={context.id}>{context.name}</li>
            ))}
          </ul>
          <form action={disconnect}>
            <button>Disconnect</button>
          </form>
        </>
      ) : (
        <a href="/login">Connect with ContextFile</a>
      )}
    </main>
  )
}

async function disconnect() {
  'use server'
  const session = await currentSession()
  const { tokens } = session
  delete session.tokens
  // Revoking the refresh token ends the access token as well.
  if (tokens) await post('/api/oauth/revoke', { token: tokens.refresh_token })
  redirect('/')
}
