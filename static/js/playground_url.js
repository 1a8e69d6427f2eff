// The authorization URL follows the choices as they are made. Without this script a button asks the server for it.

const form = document.getElementById("authorize-form");

function write(name, value, shown) {
  const part = document.querySelector(`[data-parameter="${name}"]`);
  const label = document.createElement("b");
  label.textContent = name;
  part.replaceChildren(...(value ? ["&", label, `=${value}`] : []));
  document.querySelector(`[data-value="${name}"]`).textContent = shown;
}

function update() {
  const chosen = [...form.querySelectorAll("[name=scope]:checked")].map((box) => box.value);
  const prompt = form.elements.prompt.value;
  const views = [...form.querySelectorAll("[name=scope][data-view]")].map((box) => box.value);
  const scopes = chosen.length > 0 ? chosen : views;
  write("scope", scopes.join("+"), scopes.join(" "));
  write("prompt", prompt, prompt || "left out");
}

form.addEventListener("change", update);
