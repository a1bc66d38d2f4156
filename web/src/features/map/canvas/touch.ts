/** Two fingers pan and zoom; one finger scrolls the page, as everywhere else, and its tap chooses a point. */

type Moves = {
  /** Fractions of the element, to where the view moves: x to the right, y up. */
  pan: (x: number, y: number) => void;
  zoom: (factor: number) => void;
};

export function moveByTouch(element: HTMLElement, moves: Moves): void {
  let last: Pinch | undefined;
  element.addEventListener("touchstart", ({ touches }) => {
    last = pinchOf(touches);
  });
  element.addEventListener(
    "touchmove",
    (event) => {
      const now = pinchOf(event.touches);
      if (!now || !last) return;
      event.preventDefault();
      moves.pan((last.x - now.x) / element.clientWidth, (now.y - last.y) / element.clientHeight);
      moves.zoom(last.apart / now.apart);
      last = now;
    },
    { passive: false },
  );
  element.addEventListener("touchend", ({ touches }) => {
    last = pinchOf(touches);
  });
}

type Pinch = { x: number; y: number; apart: number };

function pinchOf(touches: TouchList): Pinch | undefined {
  const [one, two] = [touches[0], touches[1]];
  if (!one || !two) return undefined;
  return {
    x: (one.clientX + two.clientX) / 2,
    y: (one.clientY + two.clientY) / 2,
    apart: Math.max(1, Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY)),
  };
}
