// Search while typing: `/` focuses the field, the arrows go through what is found, Enter opens it.
// Without this script the form leads to a page of results.

const form = document.querySelector(".docs-search");
const input = form.querySelector("input");
const list = form.querySelector("[role=listbox]");
const announcements = document.getElementById("announcements");
let active = -1;
let latest = 0;

input.setAttribute("role", "combobox");
input.setAttribute("aria-controls", list.id);
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-expanded", "false");

function option({ path, page, title, excerpt }, at) {
  const item = document.createElement("li");
  item.id = `${list.id}-${at}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.path = path;
  const name = document.createElement("b");
  name.textContent = title;
  const text = document.createElement("span");
  for (const [words, matched] of excerpt) {
    const piece = matched ? document.createElement("mark") : new Text();
    piece.textContent = words;
    text.append(piece);
  }
  const where = document.createElement("small");
  where.textContent = page === title ? "" : page;
  item.append(name, where, text);
  return item;
}

function open(shown) {
  list.hidden = !shown;
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) activate(-1);
}

function activate(at) {
  active = at;
  for (const [index, item] of [...list.children].entries()) {
    item.setAttribute("aria-selected", String(index === at));
  }
  const item = list.children[at];
  if (item) input.setAttribute("aria-activedescendant", item.id);
  else input.removeAttribute("aria-activedescendant");
  item?.scrollIntoView({ block: "nearest" });
}

/** What the server finds; nothing if it cannot answer, and Enter leads to the page that says why. */
async function ask(query) {
  try {
    const answer = await fetch(`${form.dataset.results}?${new URLSearchParams({ q: query })}`);
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

async function look() {
  const asked = ++latest;
  const query = input.value.trim();
  const found = query ? await ask(query) : [];
  if (asked !== latest) return; // somebody typed on
  list.replaceChildren(...found.map(option));
  open(found.length > 0 && document.activeElement === input);
  if (!list.hidden) activate(0); // Enter opens the best
  announcements.textContent = query && `${found.length || "No"} ${found.length === 1 ? "result" : "results"}`;
}

let timer;
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 80);
});

input.addEventListener("keydown", (event) => {
  const count = list.children.length;
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault(); // which would empty the field
    open(false);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count > 0) {
    event.preventDefault();
    open(true);
    const step = event.key === "ArrowDown" ? 1 : -1;
    activate(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    location.assign(list.children[active].dataset.path);
    open(false);
  }
});

list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
list.addEventListener("click", ({ target }) => {
  const item = target.closest("[role=option]");
  if (item) location.assign(item.dataset.path);
  open(false);
});
input.addEventListener("focus", () => open(list.children.length > 0));
input.addEventListener("blur", () => open(false));

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  input.focus();
  input.select();
});
