// Adds, moves and removes a task's steps in place, and shows the variables of a skill as soon as it is chosen. The
// server draws each change, as it does when the same buttons submit the form without this script.

const form = document.querySelector("[data-steps]");
const DRAWN = ["problems", "steps"];

async function draw(button) {
  const values = new URLSearchParams(new FormData(form, button));
  const steps = document.getElementById("steps");
  steps.inert = true; // what would be typed meanwhile would be lost
  try {
    // Whoever is signed out by now would be redirected to log in; that page has no steps.
    const answer = await fetch(location.href, { method: "POST", body: values, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of DRAWN) document.getElementById(id).replaceWith(page.getElementById(id));
    document.getElementById(new URL(button.formAction).hash.slice(1))?.focus();
  } catch {
    steps.inert = false;
    form.requestSubmit(button);
  }
}

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button[name='step']");
  if (!button) return;
  event.preventDefault();
  draw(button);
});

form?.addEventListener("change", ({ target }) => {
  if (target.dataset.skill) draw(target.parentElement.querySelector("button"));
});
