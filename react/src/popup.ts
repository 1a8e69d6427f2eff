import type { ConnectOutcome } from "./outcome.js";

const NAME = "contextfile:connect";
let listener: (event: MessageEvent) => void;

/** Open the consent page in a small window. False: the browser has blocked it. */
export function openPopup(url: string, whenDone: (outcome: ConnectOutcome) => void): boolean {
  const popup = open(url, NAME, "popup,width=480,height=720");
  if (!popup) return false;
  removeEventListener("message", listener); // a second press uses the same window: one answer, one listener
  listener = ({ origin, source, data }) => {
    if (origin !== location.origin || source !== popup || !data?.[NAME]) return;
    removeEventListener("message", listener);
    whenDone(data[NAME]);
  };
  addEventListener("message", listener);
  return true;
}

/** In the popup: tell the page that opened it, if that is of this very origin, and close. False: nobody is there. */
export function tellOpener(outcome: ConnectOutcome): boolean {
  if (!opener || opener.closed) return false;
  opener.postMessage({ [NAME]: outcome }, location.origin);
  close();
  return true;
}
