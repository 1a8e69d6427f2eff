// Changes the rows of variables and finds contexts in place. Without it the same buttons submit the form, and the server
// answers with the whole page.

const form = document.getElementById("skill-form");
const PAUSE = 250;
let request;
let timer;

/** Ask the server what the form looks like after a button, and put the parts that buttons change in the old ones' place. */
async function press(button) {
  clearTimeout(timer);
  request?.abort();
  request = new AbortController();
  try {
    // Whoever is signed out by now would be redirected to log in; that page is no form.
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, button),
      redirect: "error",
      signal: request.signal,
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = button.name === "find" ? "context-choices" : "variables";
    document.getElementById(part).replaceWith(page.getElementById(part));
    form.elements.searched.value = page.querySelector("[name=searched]").value;
    if (part === "variables") document.querySelector("#variables [autofocus]")?.focus();
  } catch (error) {
    if (error.name !== "AbortError") form.requestSubmit(button);
  }
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[formnovalidate]");
  if (!button) return;
  event.preventDefault();
  press(button);
});

const find = form.querySelector("[name=find]");
find?.form.elements.search?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(press, PAUSE, find);
});
find?.form.elements.search?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  press(find);
});
