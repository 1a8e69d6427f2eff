"use client";

import {
  type AnchorHTMLAttributes,
  forwardRef,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useInsertionEffect,
  useRef,
} from "react";
import { type AuthorizationOptions, buildAuthorizationUrl, issuerOf } from "./authorizationUrl.js";
import type { ConnectOutcome } from "./outcome.js";
import { keep, spend } from "./pending.js";
import { openPopup } from "./popup.js";
import { adoptStyles } from "./styles.js";
import { useSecrets } from "./useSecrets.js";

type Request = Omit<AuthorizationOptions, "codeChallenge">;
type Anchor = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "children" | keyof Request>;

/** `state` is made and kept if it is left out. Other props go to the link. */
export interface ConnectWithContextFileProps extends Request, Anchor {
  variant?: "gradient" | "outline" | "text";
  size?: "small" | "medium" | "large";
  theme?: "auto" | "light" | "dark";
  shape?: "rounded" | "pill" | "square";
  width?: "fit" | "full";
  label?: ReactNode;
  /** Protect the code with PKCE (RFC 7636). Needed by apps without a client secret. */
  usePKCE?: boolean;
  /** Ask in a small window. The redirect URI must be of this page's origin, and its page use `useConnectCallback`. */
  popup?: boolean;
  /** Hears how it went in the popup. */
  onConnect?: (outcome: ConnectOutcome) => void;
}

const NAME = "connect-with-contextfile";

/** A link to ContextFile's consent page, which looks like a button. */
export const ConnectWithContextFile = forwardRef<HTMLAnchorElement, ConnectWithContextFileProps>(
  function ConnectWithContextFile(props, ref) {
    const { clientId, redirectUri, scope, state, prompt, loginHint, resource, baseUrl, ...others } = props;
    const { variant, size, theme, shape, width, label, usePKCE: pkce = false, popup, onConnect, ...anchor } = others;
    const [secrets, replaceSecrets] = useSecrets(pkce || !state, pkce);
    const pressedTooEarly = useRef<HTMLAnchorElement | null>(null);
    const hear = useRef(onConnect);
    useInsertionEffect(adoptStyles, []);
    useEffect(() => {
      hear.current = onConnect;
      if (!secrets) return;
      pressedTooEarly.current?.click();
      pressedTooEarly.current = null;
    });

    function press(event: MouseEvent<HTMLAnchorElement>) {
      if (event.defaultPrevented) return;
      const link = event.currentTarget;
      // Read off the link itself: after hydration it may still hold the state that the server rendered.
      const query = new URL(link.href).searchParams;
      const sent = query.get("state");
      if (!sent || (pkce && !query.has("code_challenge"))) {
        event.preventDefault();
        pressedTooEarly.current = link;
        return;
      }
      setTimeout(replaceSecrets); // once the browser has followed the link: a second press is another request
      const pending = { issuer: issuerOf(baseUrl), redirectUri, codeVerifier: secrets?.codeVerifier };
      const newTab = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button || link.target;
      if (popup && !newTab) {
        keep(sent, { ...pending, popup }); // before it opens: the popup starts with a copy of this tab's storage
        const finish = (outcome: ConnectOutcome) => {
          spend(sent);
          hear.current?.(outcome);
        };
        if (openPopup(link.href, finish)) return event.preventDefault();
      }
      keep(sent, pending, newTab);
    }

    const looks = [variant, size, theme, shape, width].map((look) => look && `${NAME}--${look}`);
    return (
      <a
        {...anchor}
        ref={ref}
        className={[NAME, ...looks, anchor.className].filter(Boolean).join(" ")}
        href={buildAuthorizationUrl({
          ...props,
          state: state || secrets?.state,
          codeChallenge: secrets?.codeChallenge,
        })}
        suppressHydrationWarning // state={generateCSRFToken()} makes one on the server and another one here
        onClick={(event) => {
          anchor.onClick?.(event);
          press(event);
        }}
        onAuxClick={(event) => {
          anchor.onAuxClick?.(event);
          if (event.button === 1) press(event);
        }}
      >
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path
            d="M15.5 7a6.5 6.5 0 1 0 0 10"
            fill="none"
            stroke="currentColor"
            strokeWidth="2.6"
            strokeLinecap="round"
          />
          <circle cx="18" cy="12" r="2.5" fill="currentColor" />
        </svg>
        {label || "Connect with ContextFile"}
      </a>
    );
  },
);
