/**
 * The script at the end of each page, built by itself: it shows the page as it looks before its first answer
 * (`shell.tsx`), with the pictures that the server named. The page, which comes later, takes its place; until then
 * nothing in it can be used.
 */
import { placesOf, styleOf } from "@/features/studio/places";

const PHOTO = "bg-frame object-cover";

function show(root: HTMLElement, shell: HTMLTemplateElement): void {
  const page = document.createElement("div");
  page.inert = true;
  page.append(document.importNode(shell.content, true));
  const pictures = picturesIn(document.querySelector("#first-pictures"));
  const board = page.querySelector<HTMLElement>("[data-board]");
  if (board === null) fillFrames(page, pictures);
  else if (pictures.length > 0) layOut(board, pictures);
  writeWords(page);
  root.append(page);
}

function picturesIn(template: HTMLTemplateElement | null): HTMLElement[] {
  return template ? [...document.importNode(template.content, true).querySelectorAll("img")] : [];
}

/** In the places of products, in their order. */
function fillFrames(page: HTMLElement, pictures: HTMLElement[]): void {
  for (const [at, frame] of [...page.querySelectorAll(".aspect-4\\/5")].entries()) {
    const picture = pictures[at];
    if (picture === undefined) return;
    picture.className = `${frame.className} ${PHOTO}`;
    picture.classList.remove("animate-pulse");
    frame.replaceWith(picture);
  }
}

/** As the pieces of an outfit. The policy allows no styles in the page, but those that a script sets. */
function layOut(board: HTMLElement, pictures: HTMLElement[]): void {
  const places = placesOf(pictures.map(({ dataset }) => dataset.category ?? ""));
  const pieces = pictures.map((picture, at) => {
    const piece = document.createElement("div");
    Object.assign(piece.style, { position: "absolute", top: 0, left: 0 }, styleOf(places[at]));
    picture.className = `aspect-4/5 w-full overflow-hidden rounded-lg shadow-sm ${PHOTO}`;
    piece.append(picture);
    return piece;
  });
  board.replaceChildren(...pieces);
}

/** What the shell cannot know when it is built: the shop's name, and the words that are searched for. */
function writeWords(page: HTMLElement): void {
  const content = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
  const brand = page.querySelector("header a");
  if (brand) brand.textContent = content("logo") ? "" : content("application-name");
  const words = new URLSearchParams(location.search).get("text");
  const heading = page.querySelector("h1");
  if (words && heading) heading.textContent = heading.textContent.replace("…", () => words);
  const box = page.querySelector("input");
  if (box?.value) box.value = words ?? "";
}

const root = document.getElementById("root");
const isWide = matchMedia("(width >= 64rem)").matches;
const shells = [...document.querySelectorAll<HTMLTemplateElement>("template[data-language]")];
const shell = shells.find(
  ({ dataset }) => dataset.language === document.documentElement.lang && "wide" in dataset === isWide,
);
if (root?.childElementCount === 0 && shell) show(root, shell);
