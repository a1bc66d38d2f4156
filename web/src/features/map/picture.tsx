/** The map as a picture: a frame that draws the points, buttons that move it, and the item that was chosen. */
import { useEffect, useState } from "react";
import { ROOT_PATH } from "@/api/root-path";
import type { MapPoint } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Notice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import type { Look, News } from "./canvas/protocol";
import { type Category, keyOf } from "./categories";
import { MoveButtons } from "./move-buttons";
import { type Canvas, useCanvas } from "./use-canvas";
import { useIsDark } from "./use-is-dark";

type PictureProps = {
  points: readonly MapPoint[];
  categories: readonly Category[];
  /** Keys; all if empty. */
  shown: readonly string[];
  chosen: string | undefined;
  onChoose: (itemId: string | undefined) => void;
};

type Over = { point: number; x: number; y: number };

export function Picture({ points, categories, shown, chosen, onChoose }: PictureProps) {
  const m = useAdminMessages();
  const [over, setOver] = useState<Over>();
  const canvas = useCanvas(points.length, (news: News) => {
    if (news.news === "over") setOver(news);
    if (news.news === "out") setOver(undefined);
    if (news.news === "chosen") onChoose(news.point === null ? undefined : points[news.point]?.item_id);
  });
  useDrawing(canvas, points, categories);
  useFilter(canvas, points, shown);
  useChosen(canvas, points, chosen);

  if (canvas.state === "failed") {
    return (
      <div className="rounded-xl border border-line" data-map="failed">
        <Notice title={m.map.noPicture.title} text={m.map.noPicture.text} />
      </div>
    );
  }
  return (
    <div className="relative h-[min(66vh,44rem)] min-h-80 overflow-hidden rounded-xl border border-line bg-surface">
      <iframe
        ref={canvas.frame}
        src={`${ROOT_PATH}/map-canvas.html`}
        title={m.map.picture}
        tabIndex={-1}
        className="size-full"
        data-map={canvas.state}
      />
      {canvas.state !== "drawn" && <Skeleton className="absolute inset-0 rounded-none" />}
      {over && <Label over={over} title={points[over.point]?.title ?? ""} />}
      <MoveButtons send={canvas.send} />
    </div>
  );
}

function Label({ over, title }: { over: Over; title: string }) {
  if (!title) return null;
  return (
    <p
      aria-hidden="true"
      className="pointer-events-none absolute max-w-56 -translate-x-1/2 translate-y-3 truncate rounded bg-ink px-2 py-1 text-sm text-paper"
      style={{ left: over.x, top: over.y }}
    >
      {title}
    </p>
  );
}

function useDrawing(canvas: Canvas, points: readonly MapPoint[], categories: readonly Category[]): void {
  const isDark = useIsDark();
  const isReady = canvas.state === "ready" || canvas.state === "drawn";
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the theme gets its own, smaller order
  useEffect(() => {
    if (!isReady) return;
    const places = new Map(categories.map((category, place) => [category.key, place]));
    const drawing = {
      x: points.map((point) => point.x),
      y: points.map((point) => point.y),
      category: points.map((point) => places.get(keyOf(point)) ?? 0),
    };
    canvas.send({ order: "draw", drawing, look: lookOf(categories, isDark) });
  }, [isReady, points, categories, canvas.send]);
  useEffect(() => {
    if (canvas.state === "drawn") canvas.send({ order: "look", look: lookOf(categories, isDark) });
  }, [canvas.state, canvas.send, categories, isDark]);
}

function useFilter(canvas: Canvas, points: readonly MapPoint[], shown: readonly string[]): void {
  const wanted = shown.join("\n");
  useEffect(() => {
    if (canvas.state !== "drawn") return;
    const keys = new Set(wanted.split("\n"));
    const kept = points.flatMap((point, place) => (keys.has(keyOf(point)) ? [place] : []));
    canvas.send({ order: "filter", points: wanted === "" ? null : kept });
  }, [canvas.state, canvas.send, points, wanted]);
}

function useChosen(canvas: Canvas, points: readonly MapPoint[], chosen: string | undefined): void {
  useEffect(() => {
    if (canvas.state !== "drawn") return;
    const place = points.findIndex((point) => point.item_id === chosen);
    canvas.send({ order: "choose", point: place < 0 ? null : place });
  }, [canvas.state, canvas.send, points, chosen]);
}

function lookOf(categories: readonly Category[], isDark: boolean): Look {
  return {
    colours: categories.map(({ colours }) => colours[isDark ? 1 : 0]),
    background: isDark ? "#1f1d1b" : "#ffffff",
    accent: isDark ? "#f3f0ea" : "#1c1a18",
  };
}
