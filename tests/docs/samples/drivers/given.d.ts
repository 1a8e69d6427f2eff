// What the reader of a TypeScript sample supplies.

declare const authorizationCode: string
declare const accessToken: string
declare const storedRefreshToken: string
declare const storedCodeVerifier: string
