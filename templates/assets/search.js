// Filters the contents of the site while the reader types. Without this script the contents are complete and the box
// stays hidden.
"use strict";
(() => {
  // Full-width and half-width forms, capitals and spaces make no difference.
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();

  const search = document.getElementById("search");
  const box = search.querySelector(".box");
  const input = box.querySelector("input");
  const found = search.querySelector(".found");
  const list = search.parentElement;
  const pages = [...list.querySelectorAll(".listed")].map((page) => ({
    page,
    title: fold(page.querySelector("h2").textContent),
    entries: [...page.querySelectorAll("li")].map((entry) => ({ entry, text: fold(entry.textContent) })),
  }));

  const show = () => {
    const words = fold(input.value).split(" ").filter(Boolean);
    const matches = (text) => words.every((word) => text.includes(word));
    let count = 0;
    for (const { page, title, entries } of pages) {
      let here = 0;
      for (const { entry, text } of entries) {
        entry.hidden = !matches(text);
        if (!entry.hidden) here += 1;
      }
      const isNamed = matches(title);
      page.hidden = !isNamed && here === 0;
      count += here + (isNamed ? 1 : 0);
    }
    list.classList.toggle("filtered", words.length > 0);
    if (words.length === 0) found.textContent = "";
    else found.textContent = count > 0 ? found.dataset.count.replace("{count}", String(count)) : found.dataset.none;
  };

  input.addEventListener("input", show);
  box.hidden = false;
  if (location.hash === "#search") input.focus();
  // A page the reader comes back to keeps what was typed.
  show();
})();
