{
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // without storage the defaults are the system's theme and the browser's language
    }
  };
  const theme = stored("deepstyle.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const offered = document.querySelector('meta[name="languages"]').content.split(" ");
  const wanted = [stored("deepstyle.language"), navigator.language.slice(0, 2)];
  document.documentElement.lang = wanted.find((language) => offered.includes(language)) ?? offered[0];
  document.documentElement.dir = /^(ar|fa|he|ur)$/.test(document.documentElement.lang) ? "rtl" : "ltr";
}
