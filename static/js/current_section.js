// Marks the section being read in the list of sections.

const links = new Map(
  [...document.querySelectorAll("[data-sections] a")].map((link) => [link.hash.slice(1), link]),
);
const headings = [...document.querySelectorAll("article :is(h2, h3)[id]")].filter(({ id }) => links.has(id));
let current;

function mark() {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
  const link = links.get((passed.at(-1) ?? headings[0])?.id);
  if (!link || link === current) return;
  current?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "location");
  current = link;
  link.scrollIntoView({ block: "nearest" });
}

addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
mark();

// The list of pages is longer than many windows: show where this one is.
document.querySelector(".docs-contents [aria-current]")?.scrollIntoView({ block: "nearest" });
