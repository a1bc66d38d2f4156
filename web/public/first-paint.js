try {
  const theme = localStorage.getItem("deepstyle.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const offered = document.querySelector('meta[name="languages"]').content.split(" ");
  const wanted = [localStorage.getItem("deepstyle.language"), navigator.language.slice(0, 2)];
  document.documentElement.lang = wanted.find((language) => offered.includes(language)) ?? offered[0];
} catch {
  // Without storage the defaults are the system's theme and English.
}
