"use strict";
// Only comfort: without it the page says the same.
const words = document.documentElement.lang === "zh-CN"
  ? { copy: "复制", copied: "已复制", selected: "已选中", hint: "过滤：地址、端口、flow-3、F1", label: "过滤连接" }
  : { copy: "copy", copied: "copied", selected: "selected", hint: "filter: address, port, flow-3, F1", label: "filter connections" };
for (const code of document.querySelectorAll("code.filter, code.command")) {
  const button = document.createElement("button");
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = words.selected;
    }
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  });
  code.after(" ", button);
}
const box = document.querySelector(".filter-box");
const rows = [...document.querySelectorAll(".connections tbody tr")];
if (box && rows.length > 5) {
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = words.hint;
  input.setAttribute("aria-label", words.label);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(" ");
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = words.some(word => text.indexOf(word) === -1);
    }
  });
  box.append(input);
}
