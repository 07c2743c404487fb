// Says beside the generator's state whether this page hears of new cycles. Everything else works without it.
(() => {
  const show = (words) => {
    const place = document.getElementById("live");
    if (place && place.textContent !== words) place.textContent = words;
  };
  document.addEventListener("htmx:sse:after:connection", () => show("page is live"));
  for (const name of ["htmx:sse:before:connection", "htmx:sse:error", "htmx:sse:close"]) {
    document.addEventListener(name, () => show("connecting"));
  }
})();
