npx next build
export PORT=$(node --env-file=.env -p 'new URL(process.env.CONTEXTFILE_REDIRECT_URI).port')
npx next start
