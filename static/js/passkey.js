// A passkey that was not given: the page says so, where the browser only closes its window.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-no-passkey]").forEach((note) => note.removeAttribute("hidden"));
});
