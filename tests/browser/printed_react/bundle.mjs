// node bundle.mjs <react/>: bundles entry.jsx of the current folder with the package's own source.
import { createRequire } from 'node:module'

const [, , react] = process.argv
const { rolldown } = await import(createRequire(`${react}/`).resolve('rolldown'))
const bundle = await rolldown({
  input: 'entry.jsx',
  platform: 'browser',
  logLevel: 'silent',
  resolve: {
    alias: { '@contextfile/react': `${react}/src/index.ts` },
    extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
    modules: [`${react}/node_modules`],
  },
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
})
await bundle.write({ file: 'public/app.js' })
