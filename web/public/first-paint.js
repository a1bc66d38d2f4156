try {
  const theme = localStorage.getItem("deepstyle.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem("deepstyle.language") ?? navigator.language.slice(0, 2);
  document.documentElement.lang = language === "de" ? "de" : "en";
  document.documentElement.dir = /^(ar|fa|he|ur)$/.test(document.documentElement.lang) ? "rtl" : "ltr";
} catch {
  // Without storage the defaults are the system's theme and English.
}
