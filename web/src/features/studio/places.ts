/** Where the pieces of an outfit lie in its picture: garments large on the left, what is worn with them on the right. */

/** In hundredths of the picture's width and height, from its top left corner. */
export type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const LARGE = ["outerwear", "all-body", "tops", "bottoms"];
const HEIGHT = 15 / 14; // of the picture, in widths of it: `aspect-14/15`; with its score, it fits on a phone's screen
const ASPECT = 4 / 5; // of a piece
const FILLED = 0.93; // of its cell
const LARGE_SHARE = 0.6; // of the width, beside small pieces
const CROWD = 5; // so many small pieces take half of the width

/** A place for each category, in their order; a photo of unknown category ("") is large. */
export function placesOf(categories: readonly string[]): Place[] {
  const isLarge = categories.map((category) => category === "" || LARGE.includes(category));
  const large = isLarge.filter(Boolean).length;
  const small = categories.length - large;
  const share = large === 0 ? 0 : small === 0 ? 1 : small >= CROWD ? 0.5 : LARGE_SHARE;
  const left = inCells(large, 0, share);
  const right = inCells(small, share, 1 - share);
  return isLarge.flatMap((one) => (one ? left.shift() : right.shift()) ?? []);
}

/** `count` places in rows of a band from `from`, in the number of columns that lets them cover the most. */
function inCells(count: number, from: number, width: number): Place[] {
  const choices = Array.from({ length: count }, (_, at) => inRows(count, at + 1, from, width));
  const covered = (places: Place[]) => places.reduce((sum, place) => sum + place.width * place.height, 0);
  return choices.reduce((best, next) => (covered(next) > covered(best) + 1e-9 ? next : best), []);
}

function inRows(count: number, columns: number, from: number, width: number): Place[] {
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor(at / columns);
    const inRow = Math.min(columns, count - row * columns);
    const cell = { width: width / inRow, height: HEIGHT / rows };
    const size = Math.min(cell.width, cell.height * ASPECT) * FILLED;
    const lean = at % 2 === 0 ? 0.35 : 0.65; // by turns to the left and to the right, as a hand lays them
    const x = from + cell.width * (at % columns) + (cell.width - size) * lean;
    const y = cell.height * row + (cell.height - size / ASPECT) / 2;
    return inHundredths({ x, y, width: size, height: size / ASPECT });
  });
}

function inHundredths({ x, y, width, height }: Place): Place {
  return { x: x * 100, y: (y / HEIGHT) * 100, width: width * 100, height: (height / HEIGHT) * 100 };
}

/** The point of a place where a line to another piece begins. */
export function centreOf({ x, y, width, height }: Place): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}

/** By a transform: a piece that moves shifts no layout. */
export function styleOf(place: Place | undefined) {
  if (place === undefined) return {};
  const { x, y, width, height } = place;
  return {
    width: `${width}%`,
    height: `${height}%`,
    transform: `translate(${(x / width) * 100}%, ${(y / height) * 100}%)`,
  };
}
