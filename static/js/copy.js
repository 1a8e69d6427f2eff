// Copy buttons: without this script they stay hidden, and the value can be selected by hand.

const announcements = document.getElementById("announcements");

/** Copy an element's text; where the browser refuses (plain http), select it, so that one key press is enough. */
async function copy(target) {
  try {
    await navigator.clipboard.writeText(target.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(target);
    return false;
  }
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

for (const button of document.querySelectorAll("[data-copy-target]")) {
  const label = button.querySelector("span");
  const resting = [...label.childNodes];
  const what = label.querySelector(".visually-hidden").textContent.trim();
  let timer;

  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(document.getElementById(button.dataset.copyTarget));
    label.replaceChildren(copied ? button.dataset.copied : "Selected");
    announcements.textContent = sentence(`${what} ${copied ? "copied" : "selected"}`);
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.replaceChildren(...resting);
      announcements.textContent = "";
    }, 2000);
  });
}
