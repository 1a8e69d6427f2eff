// Shows how a run goes, as the server tells it. Without this script the page reloads itself until the run has ended.

const reload = document.getElementById("run-reload");
const announcements = document.getElementById("announcements");
const seen = new Map();

for (const part of document.querySelectorAll("[data-part]")) seen.set(part.id, part.outerHTML);
reload.hidden = true;

/** Whether the end of a text that grows is in view: it stays so, unless somebody has scrolled back to read. */
function atEnd(text) {
  return !text || text.scrollTop + text.clientHeight > text.scrollHeight - 10;
}

/** Put a part in the old one's place if it has changed; what somebody has opened in it stays open. */
function replace(part) {
  const { id, outerHTML } = part;
  if (seen.get(id) === outerHTML) return;
  seen.set(id, outerHTML);
  const old = document.getElementById(id);
  for (const details of part.querySelectorAll("details[id]")) {
    const before = document.getElementById(details.id);
    if (before) details.open = before.open;
  }
  for (const button of part.querySelectorAll("[data-copied]")) button.hidden = false;
  const active = old.contains(document.activeElement) && document.activeElement;
  const grown = part.querySelector("[data-growing]");
  const follows = grown && atEnd(old.querySelector("[data-growing]"));
  old.replaceWith(part);
  if (follows) grown.scrollTop = grown.scrollHeight;
  if (active) focusLike(active, part);
}

/** Keep the focus where it was; if that is not there any more, not on something that does something else. */
function focusLike(active, part) {
  const alike = [...part.querySelectorAll(active.tagName)].find((one) => one.textContent.startsWith(active.textContent));
  alike?.focus({ preventScroll: true });
  if (!alike || document.activeElement !== alike) document.getElementById("content").focus({ preventScroll: true });
}

const events = new EventSource(reload.dataset.events);
events.addEventListener("message", ({ data }) => {
  const page = new DOMParser().parseFromString(data, "text/html");
  const { sentence, finished } = page.getElementById("run-progress").dataset;
  for (const part of page.querySelectorAll("[data-part]")) replace(part);
  if (announcements.textContent !== sentence) announcements.textContent = sentence;
  document.title = document.title.replace(/^[^:]+/, sentence.split(":")[0]);
  if (finished !== undefined) events.close();
});
events.addEventListener("error", () => {
  // Not to be asked again: signed out, or the run is gone. The page itself says which.
  if (events.readyState === EventSource.CLOSED) reload.hidden = false;
});
