// What is typed is kept on this device: in IndexedDB, which outlives a browser that is killed. Each window has a copy
// of its own; a window that is open holds a lock by the name of its copy.
(() => {
  "use strict";
  // Right after a browser was killed its store may not open yet: asked again for some seconds.
  const open = () => new Promise((found) => {
    try {
      const asked = indexedDB.open("exchange", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
      asked.onsuccess = () => found(asked.result);
      asked.onerror = () => found(null);
    } catch { found(null); }
  });
  const base = (async () => {
    for (const later of [300, 600, 1200, 0]) {
      const opened = await open();
      if (opened || !later) return opened;
      await new Promise((go) => setTimeout(go, later));
    }
  })();
  const deal = async (mode, act) => {
    const held = await base;
    return held && new Promise((done) => {
      // Strict: “kept” is said once it is on the disk, so that a phone whose battery dies has it too.
      const dealt = held.transaction("drafts", mode, { durability: "strict" });
      const asked = act(dealt.objectStore("drafts"));
      dealt.oncomplete = () => done(asked.result);
      dealt.onerror = dealt.onabort = () => done(null);
    });
  };
  const own = (() => { try { return window.sessionStorage; } catch { return {}; } })();
  const random = () => Math.random().toString(36).slice(2, 12).padEnd(10, "0");
  const device = {
    own,
    random,
    tab: (anew) => (!anew && own.tab) || (own.tab = random()),
    read: (name) => deal("readonly", (drafts) => drafts.get(name)),
    put: (name, copy) => deal("readwrite", (drafts) => drafts.put(copy, name)),
    drop: (name) => deal("readwrite", (drafts) => drafts.delete(name)),
    names: async (prefix) => (await deal("readonly", (drafts) => drafts.getAllKeys()) || []).filter((one) => one.startsWith(prefix)),
    windows: async () => new Set(navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : []),
    hold: (name) => navigator.locks?.request(name, () => new Promise(() => {})),
    clock: (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }),
    // A sentence, and what can be pressed beside it: pairs of a label and what it does.
    tell: (place, text, offers) => {
      place.textContent = text;
      for (const [label, act] of offers) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "linkish", textContent: label });
        button.addEventListener("click", act);
        place.append(" ", button);
      }
    },
    // One at a time, and then the newest: fast fingers do not queue up. Calls back once the newest is kept.
    keeper: (name, copy, kept) => {
      let keeping = false, newest = false;
      return async () => {
        newest = true;
        if (keeping) return;
        keeping = true;
        while (newest) {
          newest = false;
          const done = await device.put(name(), copy());
          if (done && !newest) { kept(); window.unsentIsKept?.(); }
        }
        keeping = false;
      };
    },
  };
  window.device = device;
})();
