// Both libraries throw when an API answers with a challenge (RFC 6750 §3); the tests want to see the challenge.
export async function answerOf(request) {
  try {
    const response = await request
    return { status: response.status, body: await response.json() }
  } catch (error) {
    if (!Array.isArray(error.cause)) throw error
    return { status: error.status, challenge: error.cause[0].parameters }
  }
}
