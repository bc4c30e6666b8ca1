/* Every desk page: the search, the help, keys that go to screens, and a bar while something takes its time.
   Pages' own keys come first: ours are asked last, and do nothing with what a page has used. */
(function () {
  "use strict";

  const WAIT_MS = 120;
  const SHOW_AFTER_MS = 400;
  const SAY_AFTER_MS = 1000;
  const GO_MS = 1500;

  const desk = () => document.querySelector(".desk");
  const opener = (id) => document.getElementById(id);
  const told = (id, name) => JSON.parse((opener(id) && opener(id).dataset[name]) || "{}");
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], [role=listbox], [role=combobox], dialog") !== null;

  function make(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  /* ---- A dialog: the browser keeps the focus in it, closes it with Escape and gives the focus back. ---- */

  function dialog(id, title) {
    const old = document.getElementById(id);
    if (old) old.remove();
    const made = make("dialog", "desk-dialog");
    made.id = id;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
    made.addEventListener("close", () => made.remove());
    document.body.append(made);
    made.showModal();
    return made;
  }

  function closeAll() {
    document.querySelectorAll(".desk-dialog").forEach((one) => one.close());
  }

  function visit(address) {
    closeAll();
    window.location.assign(address);
  }

  /* ---- The search ---- */

  function openSearch() {
    if (!opener("desk-find")) return;
    closeAll();
    const words = told("desk-find", "words");
    const box = dialog("desk-search", words.title);
    const field = make("input", "desk-search-field");
    const list = make("ul", "desk-search-list");
    const status = make("p", "desk-search-status", words.begin);
    list.id = "desk-search-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.title);
    status.setAttribute("role", "status");
    const about = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-label": words.title };
    Object.entries(about).forEach(([name, value]) => field.setAttribute(name, value));
    Object.assign(field, { type: "text", maxLength: 60, placeholder: words.placeholder, autocomplete: "off", spellcheck: false });
    box.append(field, list, status);
    field.focus();

    let found = [];
    let answered = ""; // what was found was asked by these words
    let entered = false; // Enter came before the answer
    let at = -1;
    let asked = 0;
    let timer = null;

    function point(to) {
      at = to;
      entered = false;
      Array.from(list.children).forEach((line, i) => {
        line.setAttribute("aria-selected", String(i === at));
        if (i === at) line.scrollIntoView({ block: "nearest" });
      });
      if (at < 0) field.removeAttribute("aria-activedescendant");
      else field.setAttribute("aria-activedescendant", "desk-found-" + at);
    }

    function show(lines, said, query) {
      const waits = entered && box.open;
      const isMeant = query === field.value.trim();
      found = lines;
      answered = query;
      list.replaceChildren(...lines.map((one, i) => {
        const line = make("li", "desk-found");
        line.id = "desk-found-" + i;
        line.setAttribute("role", "option");
        line.append(make("span", "desk-found-kind", one.kind), make("span", "desk-found-name", one.name), make("span", "desk-found-where", one.where));
        line.addEventListener("click", () => visit(one.href));
        return line;
      }));
      field.setAttribute("aria-expanded", String(lines.length > 0));
      status.textContent = said;
      point(lines.length ? 0 : -1);
      entered = waits && !isMeant;
      if (waits && isMeant && lines.length) visit(found[0].href);
    }

    async function ask() {
      const mine = ++asked;
      const query = field.value.trim();
      if (!query) return show([], words.begin, query);
      const slow = setTimeout(() => { if (mine === asked) status.textContent = words.busy; }, SHOW_AFTER_MS);
      try {
        const answer = await fetch("/find?q=" + encodeURIComponent(query), { headers: { Accept: "application/json" } });
        const said = answer.ok ? await answer.json() : null;
        if (mine === asked) show(said ? said.found : [], said ? said.words : words.failed, query);
      } catch (error) {
        if (mine === asked) show([], words.failed, query);
      } finally {
        clearTimeout(slow);
      }
    }

    field.addEventListener("input", (event) => {
      clearTimeout(timer);
      entered = false;
      // While characters are composed the letters of their sound stand in the field: these find too.
      timer = setTimeout(ask, event.isComposing ? WAIT_MS * 3 : WAIT_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) {
        event.preventDefault();
        point((at + step + found.length) % found.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        const isChosen = at > 0 || answered === field.value.trim();
        if (found[at] && isChosen) visit(found[at].href);
        else entered = !isChosen;
      }
    });
  }

  /* ---- The help ---- */

  async function openHelp() {
    const button = opener("desk-help");
    if (!button) return;
    closeAll();
    const words = told("desk-help", "words");
    const box = dialog("desk-guide", words.title);
    const close = make("button", "desk-guide-close", words.close);
    close.type = "button";
    close.addEventListener("click", () => box.close());
    const body = make("div", "desk-guide-body");
    body.tabIndex = 0;
    box.append(make("h2", "", words.title), close, body);
    body.focus();
    try {
      const answer = await fetch("/help/" + encodeURIComponent(button.dataset.screen), { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("help");
      fill(body, await answer.json());
    } catch (error) {
      body.append(make("p", "", words.failed));
    }
  }

  function fill(body, said) {
    body.append(make("p", "desk-guide-purpose", said.purpose));
    said.sections.filter((one) => one.rows.length).forEach((section) => {
      const list = make("dl", "desk-guide-list");
      section.rows.forEach(([name, text]) => {
        if (name) list.append(make("dt", "", name), make("dd", "", text));
        else list.append(make("dd", "desk-guide-line", text));
      });
      body.append(make("h3", "", section.title), list);
    });
  }

  /* ---- Keys ---- */

  let goingUntil = 0;

  function goes(event) {
    const waits = event.timeStamp < goingUntil;
    goingUntil = 0;
    if (!waits || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
    const address = told("desk-find", "go")[event.key.toLowerCase()];
    if (!address) return false;
    visit(address);
    return true;
  }

  // The letter after "g" is ours before it is a page's.
  window.addEventListener("keydown", (event) => {
    if (!desk() || !goes(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  function onKey(event) {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") return openSearch(), true;
    if (event.key === "F1") return openHelp(), true;
    if (!isPlain || isTyping(event.target)) return false;
    if (event.key === "/") return openSearch(), true;
    if (event.key === "?") return openHelp(), true;
    if (event.key === "g") goingUntil = event.timeStamp + GO_MS;
    return false;
  }

  // After the pages' own listeners, which are the document's.
  window.addEventListener("keydown", (event) => {
    if (!desk() || event.defaultPrevented || event.isComposing) return;
    if (onKey(event)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#desk-find")) openSearch();
    else if (event.target.closest("#desk-help")) openHelp();
    document.querySelectorAll(".desk-more[open]").forEach((one) => {
      if (!one.contains(event.target) || event.target.closest("a")) one.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    const more = event.key === "Escape" && document.querySelector(".desk-more[open]");
    if (!more) return;
    more.open = false;
    more.querySelector("summary").focus();
  });

  /* ---- Paper: the conditions of a list are said in words, since its form is not printed. ---- */

  function conditions() {
    const fields = Array.from(document.querySelectorAll(".desk-main form[method=get] label"));
    return fields.map((label) => {
      const field = label.querySelector("input:not([type=hidden]), select");
      if (!field || !field.value) return "";
      const name = label.querySelector("span");
      const value = field.tagName === "SELECT" ? field.selectedOptions[0].textContent : field.value;
      return (name ? name.textContent.trim() + " " : "") + value;
    }).filter(Boolean).join(" · ");
  }

  const onPaper = () => document.querySelectorAll(".desk-asked");
  window.addEventListener("beforeprint", () => {
    onPaper().forEach((one) => one.remove());
    const said = desk() ? conditions() : "";
    const main = said && document.getElementById("desk-main");
    if (main) main.prepend(make("p", "desk-asked", said));
  });
  window.addEventListener("afterprint", () => onPaper().forEach((one) => one.remove()));

  /* ---- Progress: a bar after 0.4 s, with the seconds after one ---- */

  const running = new Map();
  let number = 0;
  let ticking = null;

  function bar() {
    let made = document.getElementById("desk-progress");
    if (!made) {
      made = make("div", "desk-progress");
      made.id = "desk-progress";
      made.setAttribute("role", "status");
      made.append(make("i", "desk-progress-line"), make("span", "desk-progress-words"));
      document.body.append(made);
    }
    return made;
  }

  function look() {
    const since = Math.min(...running.values());
    const lasted = running.size ? performance.now() - since : 0;
    const isSlow = Boolean(desk()) && lasted > SHOW_AFTER_MS;
    if (isSlow || document.getElementById("desk-progress")) bar().hidden = !isSlow;
    if (isSlow) {
      const words = lasted > SAY_AFTER_MS ? told("desk-find", "words").working + " · " + Math.floor(lasted / 1000) + " s" : "";
      const line = bar().querySelector(".desk-progress-words");
      if (line.textContent !== words) line.textContent = words;
    }
    if (!running.size) ticking = void clearInterval(ticking);
  }

  function begin() {
    const mine = ++number;
    running.set(mine, performance.now());
    ticking = ticking || setInterval(look, 200);
    return () => { running.delete(mine); look(); };
  }

  const ask = window.fetch;
  window.fetch = function (asked, options) {
    const address = typeof asked === "string" ? asked : (asked && asked.url) || "";
    const answered = ask.call(window, asked, options);
    if (address.includes("_dash-update-component")) answered.finally(begin()).catch(() => null);
    return answered;
  };

  // A form that loads its page anew; the new page has a bar of its own.
  window.addEventListener("submit", (event) => {
    if (desk() && !event.defaultPrevented && event.target.closest(".desk")) begin();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    running.clear();
    look();
  });
})();
