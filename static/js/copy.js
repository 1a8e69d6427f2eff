// Copy buttons: without this script they stay hidden, and the value can be selected by hand.

const announcements = document.getElementById("announcements");

/** Copy an element's text; where the browser refuses (plain http), select it, so that one key press is enough. */
async function copyText(target) {
  try {
    await navigator.clipboard.writeText(target.textContent);
    return true;
  } catch {
    target.select ? target.select() : getSelection().selectAllChildren(target);
    return false;
  }
}

/** Copy what is at an address; where the browser refuses, go there. */
async function copyFrom(address) {
  try {
    const answer = await fetch(address);
    await navigator.clipboard.writeText(await answer.text());
    return true;
  } catch {
    location.assign(address);
    return false;
  }
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a button says until it is pressed: a page may show further buttons later. */
const resting = new WeakMap();
const timers = new WeakMap();

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copied]");
  if (!button) return;
  const label = button.querySelector("span");
  if (!resting.has(button)) resting.set(button, [...label.childNodes]);
  const what = resting.get(button).find((node) => node.className === "visually-hidden").textContent.trim();
  const { copyTarget, copyFrom: address } = button.dataset;
  const copied = address ? await copyFrom(address) : await copyText(document.getElementById(copyTarget));
  label.replaceChildren(copied ? button.dataset.copied : "Selected");
  announcements.textContent = sentence(`${what} ${copied ? "copied" : "selected"}`);
  clearTimeout(timers.get(button));
  timers.set(
    button,
    setTimeout(() => {
      label.replaceChildren(...resting.get(button));
      announcements.textContent = "";
    }, 2000),
  );
});

for (const button of document.querySelectorAll("[data-copied]")) button.hidden = false;
