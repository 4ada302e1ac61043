// Remembers the reader's text size. Without this script the pages are complete and the buttons stay hidden.
"use strict";
(() => {
  const key = "text-size";
  const sizes = ["small", "medium", "large"];
  const root = document.documentElement;
  const read = () => {
    try {
      const size = localStorage.getItem(key);
      return sizes.includes(size) ? size : "medium";
    } catch {
      return "medium";
    }
  };
  const keep = (size) => {
    try {
      localStorage.setItem(key, size);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  };

  // Before anything is painted, so that the text does not jump.
  root.dataset.textSize = read();

  document.addEventListener("DOMContentLoaded", () => {
    const group = document.querySelector(".text-size");
    if (!group) return;
    const buttons = [...group.querySelectorAll("button")];
    const show = (size) => {
      root.dataset.textSize = size;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.size === size));
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        keep(button.dataset.size);
        show(button.dataset.size);
      });
    }
    show(read());
    group.hidden = false;
  });
})();
