// Before the first paint, so that a page chosen to be dark never flashes light. A file of its own: the policy allows no inline script.
try {
  const theme = localStorage.getItem("tw.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to this page: the system's setting counts.
}
