// Shows the code for each choice as it is made, and keeps the page's address in step. Without it a button does, by
// way of the server.

const form = document.getElementById("configurator-form");
const DELAY = 150;
let timer;
let request;

/** @param {string[]} parts Ids of what follows the choice. */
async function update(...parts) {
  request?.abort();
  request = new AbortController();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(address, { signal: request.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const button of page.querySelectorAll("[data-copy-target]")) button.hidden = false;
    for (const id of parts) document.getElementById(id).replaceWith(page.getElementById(id));
    history.replaceState(null, "", address);
  } catch {
    // Offline, or overtaken by a later choice: what is shown stays.
  }
}

form.addEventListener("input", ({ target }) => {
  if (target.name === "text") form.elements.label.value = target.value.trim() ? "own" : form.elements.label[0].value;
  const parts = ["configurator-output"];
  if (target.name === "app") parts.push("configurator-own"); // its redirect URIs and scopes
  clearTimeout(timer);
  timer = setTimeout(update, DELAY, ...parts);
});
