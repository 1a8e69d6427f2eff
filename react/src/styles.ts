/**
 * The look of static/css/connect-button.css, without its spaces; the build writes it to styles.css too. An `a` before
 * each class, because a page's own `a:hover { color: … }` must not make the label unreadable.
 */
export const STYLES = `
a.connect-with-contextfile{display:inline-flex;align-items:center;justify-content:center;gap:0.6em;box-sizing:border-box;min-height:44px;padding:0 16px;border:1px solid transparent;border-radius:var(--contextfile-radius,8px);background:var(--contextfile-background,linear-gradient(135deg,#4f46e5,#7c3aed)) border-box;color:var(--contextfile-color,#ffffff);font-family:var(--contextfile-font,inherit);font-size:15px;font-weight:570;line-height:1.25;text-decoration:none;cursor:pointer}
a.connect-with-contextfile:hover{filter:brightness(0.92)}
a.connect-with-contextfile:focus-visible{outline:2px solid var(--contextfile-focus,light-dark(#4338ca,#a9b1ff));outline-offset:2px}
a.connect-with-contextfile>svg{flex:none;width:1.25em;height:1.25em}
a.connect-with-contextfile--outline{border-color:var(--contextfile-border,light-dark(#858ea3,#6b7692));background:var(--contextfile-background,light-dark(#ffffff,#141a2a));color:var(--contextfile-color,light-dark(#0b1020,#e8ebf4))}
a.connect-with-contextfile--small{min-height:36px;padding-inline:12px;font-size:13px}
a.connect-with-contextfile--large{min-height:52px;padding-inline:20px;font-size:17px}
a.connect-with-contextfile--text{padding-inline:4px;background:none;color:var(--contextfile-color,light-dark(#4338ca,#a9b1ff))}
a.connect-with-contextfile--text:hover{text-decoration:underline;text-underline-offset:0.2em}
a.connect-with-contextfile--pill{border-radius:var(--contextfile-radius,999px)}
a.connect-with-contextfile--square{border-radius:var(--contextfile-radius,0)}
a.connect-with-contextfile--full{display:flex;width:100%}
a.connect-with-contextfile--light{color-scheme:light}
a.connect-with-contextfile--dark{color-scheme:dark}
`;

let sheet: CSSStyleSheet | undefined;

/** Give the page the look, once: a strict content security policy stops a <style>, and not this. */
export function adoptStyles(): void {
  if (sheet || !("adoptedStyleSheets" in document)) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
