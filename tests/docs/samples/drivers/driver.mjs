// Runs a JavaScript sample, or what a TypeScript one was compiled to, with what its reader supplies and what a
// browser has, and prints as JSON what it exports.

const { cases = [], ...given } = JSON.parse(process.env.GIVEN)
const kept = new Map()
const window = { location: { href: '' } }
const sessionStorage = { setItem: (name, value) => kept.set(name, value) }
const generateRandomState = () => crypto.randomUUID()

Object.assign(globalThis, given, { window, sessionStorage, generateRandomState })
const made = await import(process.argv[2])

function taken([query, storedState]) {
  try {
    return { code: made.codeFromCallback(new URLSearchParams(query), storedState) }
  } catch (error) {
    return { refused: error.message }
  }
}

const went = window.location.href ? { authUrl: window.location.href } : {}
console.log(JSON.stringify({ ...made, ...went, ...Object.fromEntries(kept), cases: cases.map(taken) }))
