"use strict";
// Only comfort: without it the page says the same.
for (const code of document.querySelectorAll("code.filter, code.command")) {
  const button = document.createElement("button");
  button.textContent = "copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "selected";
    }
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
  code.after(" ", button);
}
const box = document.querySelector(".filter-box");
const rows = [...document.querySelectorAll(".connections tbody tr")];
if (box && rows.length > 5) {
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "filter: address, port, flow-3, F1";
  input.setAttribute("aria-label", "filter connections");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(" ");
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = words.some(word => text.indexOf(word) === -1);
    }
  });
  box.append(input);
}
