// Draws the consent screen anew while the form beside it is filled in. Without it a button does, by way of the server.

const form = document.querySelector("[data-preview]");
const card = document.getElementById("preview-card");
const logo = form.elements.namedItem("logo");
const DELAY = 300;

/** The last file that was sent, and what became of it: each is sent once, not with every letter that is typed. */
const sent = { file: undefined, kept: "" };
let timer;
let request;

function filledIn() {
  const values = new FormData(form);
  if (sent.file && logo.files[0] === sent.file) {
    values.delete("logo");
    values.set("kept_logo", sent.kept);
  }
  return values;
}

async function draw() {
  request?.abort();
  request = new AbortController();
  const [file] = logo.files;
  try {
    // Whoever is signed out by now would be redirected to log in; that page is no card.
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: filledIn(),
      redirect: "error",
      signal: request.signal,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    sent.kept = page.querySelector("img[src^='data:']")?.src.split(",")[1] ?? "";
    sent.file = file;
    if (answer.ok) card.replaceChildren(...page.body.children);
  } catch {
    // Offline, or overtaken by a later one: the card stays as it is, and the form can be sent all the same.
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(draw, DELAY);
}

document.querySelector("[name='preview']").hidden = true;
for (const event of ["input", "change"]) form.addEventListener(event, soon);
form.addEventListener("click", ({ target }) => {
  if (target.closest("button")) soon(); // a row came or went
});
