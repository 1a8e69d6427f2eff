// One language at a time: code blocks become tabs, all on the page follow one choice, and the choice is remembered.
// Without this script all languages stand below one another.

const KEY = "language";
const groups = [...document.querySelectorAll("[data-languages]")];

function show(language) {
  for (const group of groups) {
    const tabs = [...group.querySelectorAll("[role=tab]")];
    const known = tabs.find((tab) => tab.dataset.language === language);
    const chosen = known ?? tabs.find((tab) => tab.ariaSelected === "true");
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
  }
}

function choose(tab) {
  const top = tab.getBoundingClientRect().top;
  show(tab.dataset.language);
  scrollBy({ top: tab.getBoundingClientRect().top - top, behavior: "instant" }); // what was above may have shrunk
  try {
    localStorage.setItem(KEY, tab.dataset.language);
  } catch {
    // Storage is off: the choice holds for this page.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

for (const group of groups) {
  const list = group.querySelector("[role=tablist]");
  for (const tab of list.children) {
    const panel = document.getElementById(tab.getAttribute("aria-controls"));
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => choose(tab));
  }
  list.addEventListener("keydown", (event) => {
    const tabs = [...list.children];
    const at = tabs.indexOf(event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const tab = tabs.at(next % tabs.length);
    tab.focus();
    choose(tab);
  });
  list.hidden = false;
  group.dataset.ready = "";
}
show(remembered());
