// Adds, moves and removes a task's steps in place, and shows the variables of a skill as soon as it is chosen. The
// server draws each change, as it does when the same buttons submit the form without this script.

const form = document.querySelector("[data-steps]");
const DRAWN = ["problems", "steps"];
const announcements = document.getElementById("announcements");

/** What becomes of a step, which who does not see the rows could not tell from the focus alone. */
function say({ value }) {
  const [verb, place] = value.split("-");
  const number = Number(place) + 1;
  if (verb === "remove") return `Step ${number} is removed.`;
  return { up: `Step ${number} is now step ${number - 1}.`, down: `Step ${number} is now step ${number + 1}.` }[verb] ?? "";
}

async function draw(button) {
  const values = new URLSearchParams(new FormData(form, button));
  const steps = document.getElementById("steps");
  steps.inert = true; // what would be typed meanwhile would be lost
  try {
    // Whoever is signed out by now would be redirected to log in; that page has no steps.
    const answer = await fetch(form.action, { method: "POST", body: values, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of DRAWN) document.getElementById(id).replaceWith(page.getElementById(id));
    document.getElementById(new URL(button.formAction).hash.slice(1))?.focus();
    announcements.textContent = say(button);
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
