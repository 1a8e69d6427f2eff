// Hands one client library to tests/flows/clients/node.py: `node driver.mjs openid-client` reads calls as lines of JSON,
// [name, ...arguments], the first of them "connect", and answers each with {answer}, or {refused} with an OAuth error.
import { createInterface } from 'node:readline'

const { connect } = await import(`./${process.argv[2]}.mjs`)
const calls = { connect: async (registration) => Object.assign(calls, await connect(registration)).authorizationUrl }

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line)
  const said = await calls[name](...given).then(
    (answer) => ({ answer }),
    (error) => {
      if (!error.error) throw error
      return { refused: error.error }
    },
  )
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
