// Copy buttons: without this script they stay hidden, and the value can be selected by hand.

const announcements = document.getElementById("announcements");

for (const button of document.querySelectorAll("[data-copy-target]")) {
  const label = button.querySelector("span");
  const resting = label.innerHTML;
  let timer;

  button.hidden = false;
  button.addEventListener("click", async () => {
    const what = button.dataset.copyWhat;
    const target = document.getElementById(button.dataset.copyTarget);
    const copied = await navigator.clipboard.writeText(target.textContent).then(() => true, () => false);
    if (!copied) getSelection().selectAllChildren(target); // one key press is then enough
    label.textContent = copied ? "Copied" : "Selected";
    announcements.textContent = copied ? `Copied ${what}` : `Could not copy ${what}; it is selected instead`;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.innerHTML = resting;
      announcements.textContent = "";
    }, 2000);
  });
}
