// Shows a text as it will read while it is typed, and asks before what was typed is left. Without it a button shows it.

const form = document.querySelector("[data-preview]");
const shown = document.getElementById("preview");
const { content, csrf_token: token } = form.elements;
const DELAY = 300;

let timer;
let request;
let written = document.querySelector("[role='alert']") !== null; // what was refused is saved nowhere

async function show() {
  request?.abort();
  request = new AbortController();
  const body = new FormData();
  body.set("csrf_token", token.value);
  body.set("content", content.value);
  try {
    // Whoever is signed out by now would be redirected to log in; that page is no preview.
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body,
      redirect: "error",
      signal: request.signal,
    });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceChildren(...page.body.children);
  } catch {
    // Offline, or overtaken by a later one: it stays as it is, and the form can be sent all the same.
  }
}

form.querySelector("[name='preview']").hidden = true;
content.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, DELAY);
});
form.addEventListener("input", () => {
  written = true;
});
form.addEventListener("submit", () => {
  written = false;
});
addEventListener("beforeunload", (event) => {
  if (written) event.preventDefault();
});
