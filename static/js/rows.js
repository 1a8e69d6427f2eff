// Adds and removes redirect URI rows in place. Without it the same buttons submit the form, and the server does it.

const rows = document.querySelector("[data-rows]");
const NUMBER = /\d+$/;

function clear(row) {
  const input = row.querySelector("input");
  input.value = "";
  input.removeAttribute("aria-invalid");
  row.querySelector(".field-error")?.remove();
  return input;
}

function add() {
  const last = rows.lastElementChild;
  if (rows.children.length >= Number(rows.dataset.rows)) return;
  const row = last.cloneNode(true);
  const input = clear(row);
  const index = Number(input.name.match(NUMBER)[0]) + 1;
  input.id = input.name = input.name.replace(NUMBER, index);
  input.setAttribute("aria-describedby", "redirect-uris-hint");
  const label = row.querySelector("label");
  label.htmlFor = input.id;
  label.textContent = `Redirect URI ${index + 1}`;
  last.after(row);
  input.focus();
}

function remove(row) {
  if (rows.children.length === 1) {
    clear(row).focus();
    return;
  }
  const neighbour = row.previousElementSibling ?? row.nextElementSibling;
  row.remove();
  neighbour.querySelector("input").focus();
}

rows.closest("form").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.name === "add") add();
  else if (button?.name === "remove") remove(button.closest("[data-row]"));
  else return;
  event.preventDefault();
});
