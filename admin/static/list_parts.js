/* A list of forms: one is open at a time, and the one that the address names at first. */

const parts = Array.from(document.querySelectorAll("details.list-part"));

for (const part of parts) {
  part.addEventListener("toggle", () => {
    if (!part.open) return;
    for (const other of parts) if (other !== part) other.open = false;
    if (part.getBoundingClientRect().top < 0) part.scrollIntoView();
  });
}

const named = parts.find((part) => `#${part.id}` === location.hash);
if (named) named.open = true;
