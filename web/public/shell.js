// Shows the page as it looks before its first answer, with the pictures that the server named. The page itself, which
// comes later, replaces it; until then nothing in it can be used.
{
  const root = document.getElementById("root");
  const isWide = matchMedia("(width >= 64rem)").matches;
  const { lang } = document.documentElement;
  const shells = [...document.querySelectorAll("template[data-language]")];
  const shell = shells.find(({ dataset }) => dataset.language === lang && "wide" in dataset === isWide);
  if (root.childElementCount === 0 && shell) {
    const page = document.importNode(shell.content, true);
    const pictures = [...(document.getElementById("first-pictures")?.content.children ?? [])];
    for (const [at, frame] of [...page.querySelectorAll(".aspect-4\\/5")].entries()) {
      const picture = pictures[at] && document.importNode(pictures[at], true);
      if (picture) {
        picture.className = `${frame.className} bg-frame object-cover`;
        picture.classList.remove("animate-pulse");
        frame.replaceWith(picture);
      }
    }
    const name = document.querySelector('meta[name="application-name"]').content;
    const hasLogo = document.querySelector('meta[name="logo"]').content !== "";
    page.querySelector("header a").textContent = hasLogo ? "" : name;
    const text = new URLSearchParams(location.search).get("text");
    for (const heading of text ? page.querySelectorAll("h1") : []) {
      heading.textContent = heading.textContent.replace("…", text);
    }
    const frame = document.createElement("div");
    frame.inert = true;
    frame.append(page);
    root.append(frame);
  }
}
