// Copy buttons: without this script they stay hidden, and the value can be selected by hand.

const announcements = document.getElementById("announcements");

/** Copy an element's text; where the browser refuses (plain http), select it, so that one key press is enough. */
async function copy(target) {
  try {
    await navigator.clipboard.writeText(target.textContent);
    return "Copied";
  } catch {
    getSelection().selectAllChildren(target);
    return "Selected";
  }
}

for (const button of document.querySelectorAll("[data-copy-target]")) {
  const label = button.querySelector("span");
  const resting = [...label.childNodes];
  const what = label.querySelector(".visually-hidden").textContent.trim();
  let timer;

  button.hidden = false;
  button.addEventListener("click", async () => {
    const outcome = await copy(document.getElementById(button.dataset.copyTarget));
    label.replaceChildren(outcome);
    announcements.textContent = `${outcome}: ${what}`;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.replaceChildren(...resting);
      announcements.textContent = "";
    }, 2000);
  });
}
