import { redirect } from 'next/navigation'
import { callApi, currentSession, post } from './contextfile'

const problems = new Map([
  ['state', 'This answer belongs to no request of yours. Connect again.'],
  ['issuer', 'This answer is not from ContextFile.'],
  ['denied', 'No access was given.'],
  ['exchange', 'ContextFile has not accepted the code. Connect again.'],
  ['open', 'ContextFile could not be reached; nothing was ended. Try again.'],
])

export default async function Page({ searchParams }) {
  const session = await currentSession()
  const { message, data: contexts = [] } = session.tokens ? await load(session) : {}
  const problem = problems.get((await searchParams).problem) ?? message
  return (
    <main>
      <h1>My app</h1>
      {problem && <p role="alert">{problem}</p>}
      {session.tokens ? (
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

async function load(session) {
  try {
    return await (await callApi(session, '/api/v1/contexts')).json()
  } catch (error) {
    console.error(error)
    return { message: 'ContextFile could not be reached.' }
  }
}

async function disconnect() {
  'use server'
  const session = await currentSession()
  if (session.tokens) {
    // Revoking the refresh token ends the access token as well.
    const form = { token: session.tokens.refresh_token }
    const answer = await post('/api/oauth/revoke', form).catch(console.error)
    if (!answer?.ok) redirect('/?problem=open')
    delete session.tokens
  }
  redirect('/')
}
