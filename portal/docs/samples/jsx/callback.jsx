import { useConnectCallback } from '@contextfile/react'

export function Callback() {
  const { status, code, codeVerifier, redirectUri, errorDescription } = useConnectCallback()
  if (status === 'waiting') return <p>Connecting…</p>
  if (status === 'error') return <p>{errorDescription}</p>
  // Send code, codeVerifier and redirectUri to your server, which exchanges them for tokens.
  return <p>Connected.</p>
}
