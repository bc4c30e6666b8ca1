/* What was recorded on the phone and waits to be sent; used by its page and by its service worker alike. */
(function () {
  "use strict";

  const NAME = "fengtu-patch";
  const STORE = "queue";
  const LOCK = "fengtu-patch-send";
  const ADDRESS = "/patch/progress";
  const TOLD = ["matter", "step", "words", "key", "at"];

  function opened() {
    return new Promise((done, failed) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }

  // One transaction; its promise is kept only when what was written lies on the disk.
  async function within(mode, act) {
    const base = await opened();
    try {
      return await new Promise((done, failed) => {
        const transaction = base.transaction(STORE, mode);
        const asked = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => done(asked.result);
        transaction.onabort = transaction.onerror = () => failed(transaction.error);
      });
    } finally {
      base.close();
    }
  }

  const put = (note) => within("readwrite", (store) => store.put(note));
  const drop = (key) => within("readwrite", (store) => store.delete(key));
  const clear = () => within("readwrite", (store) => store.clear());

  async function all() {
    const notes = await within("readonly", (store) => store.getAll());
    return notes.sort((one, other) => (one.at < other.at ? -1 : 1));
  }

  // Never two senders at once; and if there are, the note's key lets the server keep it once.
  function alone(act) {
    return self.navigator.locks ? self.navigator.locks.request(LOCK, act) : act();
  }

  async function post(note) {
    const told = Object.fromEntries(TOLD.map((name) => [name, note[name]]));
    const answer = await fetch(ADDRESS, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-Patch-Account": note.account },
      body: JSON.stringify(told),
    });
    const said = answer.status === 200 || answer.status === 422 ? await answer.json() : {};
    return { status: answer.status, said: said };
  }

  // Sends what waits; returns "done", "later" where there is no signal, "ended" where somebody has to sign in first.
  function send() {
    return alone(async () => {
      for (const note of (await all()).filter((one) => !one.refused)) {
        let answer;
        try {
          answer = await post(note);
        } catch (error) {
          return "later";
        }
        if (answer.status === 200 && answer.said.status) {
          await drop(note.key);
        } else if (answer.status === 422 && answer.said.refused) {
          await put(Object.assign({}, note, { refused: answer.said.words }));
        } else {
          return answer.status === 401 ? "ended" : "later";
        }
      }
      return "done";
    });
  }

  self.fengtuQueue = { all: all, put: put, drop: drop, clear: clear, send: send };
})();
