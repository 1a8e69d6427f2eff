"use client";

import { useEffect, useState } from "react";
import { type ConnectOutcome, takeOutcome } from "./outcome.js";
import { tellOpener } from "./popup.js";

/**
 * For the page at your redirect URI: checks the answer in its address and hands over the code.
 *
 * @param options.issuer Where ContextFile is, if it is not to be the button's `baseUrl`.
 */
export function useConnectCallback({ issuer }: { issuer?: string } = {}): ConnectOutcome {
  const [outcome, setOutcome] = useState<ConnectOutcome>({ status: "waiting" });
  useEffect(() => {
    // StrictMode runs this twice: the second time the address holds no answer, and the first one's outcome stays.
    const taken = takeOutcome(issuer);
    if (taken && !(taken.popup && tellOpener(taken.outcome))) setOutcome(taken.outcome);
  }, [issuer]);
  return outcome;
}
