// Searches the whole site in the reader's browser. Without this script a link to the contents stands in the box's place.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const most = 100;
  const around = 60;
  const key = "#search=";
  // Full-width and half-width forms, capitals and spaces make no difference.
  const even = (text) => text.normalize("NFKC").replace(/\s+/gu, " ").trim();
  const fold = (text) => even(text).toLowerCase();

  const form = document.querySelector("form.search");
  const found = document.getElementById("found");
  // Without what to look into, the contents of the site stay where they are.
  if (!form || (found && !globalThis.siteIndex)) return;
  const input = form.querySelector("input");
  document.querySelector(".search-link").hidden = true;
  form.hidden = false;

  if (!found) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (fold(input.value)) location.assign(form.dataset.page + key + encodeURIComponent(input.value));
    });
    return;
  }

  const listing = document.querySelector(".listing");
  const status = found.querySelector("[role=status]");
  const list = found.querySelector("ol");
  const entries = globalThis.siteIndex.map(([href, page, title, text]) => ({
    href, page: even(page), title: even(title), text: even(text), words: fold([title || page, text].join(" ")),
  }));

  // Puts text into an element, the words that were looked for marked.
  const put = (element, text, words) => {
    const low = text.toLowerCase();
    let at = 0;
    while (at < text.length) {
      const hits = words.map((word) => [low.indexOf(word, at), word.length]).filter(([place]) => place >= 0);
      if (hits.length === 0) break;
      const [place, length] = hits.reduce((first, hit) => (hit[0] < first[0] ? hit : first));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(place, place + length);
      element.append(text.slice(at, place), mark);
      at = place + length;
    }
    element.append(text.slice(at));
    return element;
  };

  // The part of a text that stands around the first of the words.
  const part = (text, words) => {
    const low = text.toLowerCase();
    const places = words.map((word) => low.indexOf(word)).filter((place) => place >= 0);
    const start = places.length === 0 ? 0 : Math.max(0, Math.min(...places) - around);
    const end = start + 2 * around + 20;
    return (start > 0 ? "…" : "") + text.slice(start, end) + (end < text.length ? "…" : "");
  };

  const shown = (entry, words) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.href;
    item.append(put(link, entry.title || entry.page, words));
    if (entry.title) {
      const page = document.createElement("span");
      page.className = "page-name";
      page.textContent = entry.page;
      item.append(" ", page);
    }
    if (entry.text) item.append(put(document.createElement("p"), part(entry.text, words), words));
    return item;
  };

  const show = () => {
    const words = fold(input.value).split(" ").filter(Boolean);
    const named = (entry) => words.every((word) => entry.title.toLowerCase().includes(word));
    const matches = entries.filter((entry) => words.every((word) => entry.words.includes(word)));
    const sorted = [...matches.filter(named), ...matches.filter((entry) => !named(entry))];
    list.replaceChildren(...(words.length === 0 ? [] : sorted.slice(0, most).map((entry) => shown(entry, words))));
    found.hidden = words.length === 0;
    listing.hidden = words.length > 0;
    const text = matches.length === 0 ? status.dataset.none : matches.length > most ? status.dataset.first : status.dataset.count;
    status.textContent = words.length === 0 ? "" : text.replace("{count}", matches.length).replace("{first}", most);
  };

  // What is looked for stands behind the hash, which no server sees.
  const read = () => {
    if (location.hash.startsWith(key)) {
      try {
        input.value = decodeURIComponent(location.hash.slice(key.length));
      } catch {
        input.value = "";
      }
    }
    show();
  };

  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", key + encodeURIComponent(input.value));
    show();
    if (!found.hidden) found.focus();
  });
  addEventListener("hashchange", read);
  read();
});
