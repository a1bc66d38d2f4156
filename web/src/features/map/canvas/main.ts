/** The script of map-canvas.html: draws the points with WebGL, as ordered by the page around it. */
import createScatterplot from "regl-scatterplot";
import type { Look, News, Order } from "./protocol";
import { moveByTouch } from "./touch";

type Plot = ReturnType<typeof createScatterplot>;

const POINT_PX = 5;
const CHOSEN_EXTRA_PX = 5;
const [NEAREST, FARTHEST] = [0.02, 2.5];

function tell(news: News): void {
  window.parent.postMessage(news, location.origin); // this page's origin is opaque; that of its address is the site's
}

function start(): void {
  const canvas = document.createElement("canvas");
  document.documentElement.style.height = "100%"; // the plot makes the canvas as high as its parent
  Object.assign(document.body.style, { height: "100%", margin: "0", overflow: "hidden" });
  Object.assign(canvas.style, { display: "block", touchAction: "pan-x pan-y" });
  document.body.append(canvas);
  const plot = createScatterplot({
    canvas,
    pointSize: POINT_PX,
    pointSizeSelected: CHOSEN_EXTRA_PX,
    opacity: 0.85,
    lassoOnLongPress: false,
    colorBy: "category",
    showReticle: false,
  });
  const orders = carryOut(plot);
  window.addEventListener("message", (event: MessageEvent<Order>) => {
    if (event.source === window.parent) void orders(event.data).catch(() => tell({ news: "failed" }));
  });
  plot.subscribe("select", ({ points }) => tell({ news: "chosen", point: points[0] ?? null }));
  plot.subscribe("deselect", () => tell({ news: "chosen", point: null }));
  plot.subscribe("pointOver", (point) => {
    const [x, y] = plot.getScreenPosition(point) ?? [0, 0];
    tell({ news: "over", point, x, y });
  });
  plot.subscribe("pointOut", () => tell({ news: "out" }));
  moveByTouch(canvas, {
    pan: (x, y) => void pan(plot, x, y),
    zoom: (factor) => void zoom(plot, factor),
  });
  tell({ news: "ready" });
}

function carryOut(plot: Plot): (order: Order) => Promise<void> {
  return async (order) => {
    switch (order.order) {
      case "draw":
        dress(plot, order.look);
        await plot.draw({ x: order.drawing.x, y: order.drawing.y, z: order.drawing.category });
        await showAll(plot);
        return tell({ news: "drawn" });
      case "look":
        return dress(plot, order.look);
      case "filter":
        return order.points === null ? plot.unfilter() : plot.filter(order.points);
      case "choose":
        if (order.point === null) plot.deselect({ preventEvent: true });
        else plot.select(order.point, { preventEvent: true });
        return;
      case "zoom":
        return zoom(plot, order.factor);
      case "pan":
        return pan(plot, order.x, order.y);
      case "reset":
        return showAll(plot);
    }
  };
}

function dress(plot: Plot, look: Look): void {
  document.body.style.background = look.background;
  plot.set({
    backgroundColor: look.background,
    pointColor: look.colours,
    pointColorActive: look.accent,
    pointColorHover: look.accent,
  });
}

/** Shows all points in a frame of any width; at a distance of 1 their height fills it. */
async function showAll(plot: Plot): Promise<void> {
  await plot.zoomToLocation([0, 0], 1.08 * Math.max(1, window.innerHeight / window.innerWidth));
}

async function zoom(plot: Plot, factor: number): Promise<void> {
  const distance = Math.min(FARTHEST, Math.max(NEAREST, plot.get("cameraDistance") * factor));
  await plot.zoomToLocation(plot.get("cameraTarget"), distance);
}

async function pan(plot: Plot, x: number, y: number): Promise<void> {
  const distance = plot.get("cameraDistance");
  const [fromX, fromY] = plot.get("cameraTarget");
  await plot.zoomToLocation([fromX + x * 2 * distance, fromY + y * 2 * distance], distance);
}

try {
  if (!document.createElement("canvas").getContext("webgl")) throw new Error("no WebGL");
  start();
} catch {
  tell({ news: "failed" });
}
