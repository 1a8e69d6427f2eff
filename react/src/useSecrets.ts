"use client";

import { useEffect, useState } from "react";
import { challengeOf, generateCSRFToken } from "./secrets.js";

/** What one authorization request needs that nobody may guess. */
export interface Secrets {
  state: string;
  codeVerifier?: string;
  codeChallenge?: string;
}

async function make(pkce: boolean): Promise<Secrets> {
  const state = generateCSRFToken();
  if (!pkce) return { state };
  const codeVerifier = generateCSRFToken(); // 43 characters, as RFC 7636 §4.1 recommends
  return { state, codeVerifier, codeChallenge: await challengeOf(codeVerifier) };
}

/**
 * Secrets for the next press, made after mount: the server and the first render in the browser have none, and agree.
 *
 * @returns null until they are there, and a function that replaces them once they are spent.
 */
export function useSecrets(needed: boolean, pkce: boolean): [Secrets | null, () => void] {
  const [secrets, setSecrets] = useState<Secrets | null>(null);
  const [round, setRound] = useState({});
  useEffect(() => {
    if (!needed) return;
    let current = true;
    make(pkce).then(
      (made) => current && setSecrets(made),
      (error) =>
        setSecrets(() => {
          throw error; // to the nearest error boundary
        }),
    );
    return () => {
      current = false;
    };
  }, [needed, pkce, round]);
  return [secrets, () => setRound({})];
}
