/* Roles, names and places in the order of keys that Dash's own controls lack.

   Dash 4 calls a group of radio buttons or check boxes a list box of options with further controls inside, which
   no screen reader can tell; it takes the button of a drop-down out of the order of keys, for a hidden field
   before it; and it knows no words for a drop-down or an upload but what is chosen. Mended as they are drawn;
   what React draws again is mended again. */
(() => {
  const WRITTEN = ["role", "aria-selected", "aria-labelledby", "aria-haspopup", "aria-label"];
  let named = 0;

  const write = (element, name, value) => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };

  function idOf(element) {
    if (!element.id) {
      named += 1;
      element.id = `dash-aria-${named}`;
    }
    return element.id;
  }

  /* The element that names a control: what stands right before it in its field, else its label's or its group's words. */
  function nameOf(control) {
    const before = control.previousElementSibling;
    if (before && before.matches("span, legend, label, h2, h3, h4")) return before;
    const around = control.closest("label, fieldset, [role=group][aria-label]");
    if (!around || around.matches("[aria-label]")) return around;
    return around.querySelector(":scope > legend, :scope > span");
  }

  function mendList(list) {
    const isRadio = list.querySelector("input[type=radio]") !== null;
    write(list, "role", isRadio ? "radiogroup" : "group");
    const name = list.closest(".dash-dropdown-content") ? null : nameOf(list);
    if (name) write(list, "aria-labelledby", idOf(name));
    for (const option of list.querySelectorAll("[role=option]")) {
      option.removeAttribute("role");
      option.removeAttribute("aria-selected");
    }
  }

  function mendDropdown(button) {
    if (button.tabIndex !== 0) button.tabIndex = 0;
    // What opens is a box with a field for searching and check boxes.
    write(button, "aria-haspopup", "dialog");
    const name = nameOf(button.closest(".dash-dropdown-wrapper") || button);
    const value = button.querySelector(".dash-dropdown-value");
    const count = button.querySelector(".dash-dropdown-value-count");
    const said = [name, value, count].filter(Boolean);
    if (said.length) write(button, "aria-labelledby", said.map(idOf).join(" "));
    const box = button.parentElement.querySelector(".dash-dropdown-content");
    if (box && name) write(box, "aria-labelledby", idOf(name));
    const search = button.parentElement.querySelector(".dash-dropdown-search");
    if (search && name) write(search, "aria-labelledby", idOf(name));
  }

  function mendUpload(field) {
    const words = field.parentElement.textContent.trim();
    if (words && !field.labels.length) write(field, "aria-label", words);
  }

  /* A slider's thumbs are named by what stands around it: data-thumbs="words|words". */
  function mendSlider(around) {
    const words = around.dataset.thumbs.split("|");
    around.querySelectorAll("[role=slider]").forEach((thumb, at) => write(thumb, "aria-label", words[at] || ""));
  }

  function mend() {
    document.querySelectorAll(".dash-options-list").forEach(mendList);
    document.querySelectorAll("button.dash-dropdown").forEach(mendDropdown);
    document.querySelectorAll("input[type=file]").forEach(mendUpload);
    document.querySelectorAll("[data-thumbs]").forEach(mendSlider);
  }

  function begin() {
    const watcher = new MutationObserver(mend);
    watcher.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: WRITTEN });
    mend();
  }

  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
