/** The page's side of the frame that draws the map: its state, and orders to it. */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { type News, type Order, readNews } from "./canvas/protocol";

const PATIENCE_MS = 20_000;

export type Canvas = {
  frame: RefObject<HTMLIFrameElement | null>;
  state: "loading" | "ready" | "drawn" | "failed";
  send: (order: Order) => void;
};

/** `points` is their number; `onNews` gets the news about them. */
export function useCanvas(points: number, onNews: (news: News) => void): Canvas {
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<Canvas["state"]>("loading");
  const heard = useRef(onNews);
  heard.current = onNews;

  useEffect(() => {
    function listen(event: MessageEvent) {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const news = readNews(event.data, points);
      if (news?.news === "ready" || news?.news === "drawn" || news?.news === "failed") setState(news.news);
      else if (news) heard.current(news);
    }
    window.addEventListener("message", listen);
    const timer = setTimeout(() => setState((now) => (now === "loading" ? "failed" : now)), PATIENCE_MS);
    return () => {
      window.removeEventListener("message", listen);
      clearTimeout(timer);
    };
  }, [points]);

  const send = useCallback((order: Order) => {
    // The frame's origin is opaque, so it cannot be named; the site's policy lets it hold no page of another site.
    frame.current?.contentWindow?.postMessage(order, "*");
  }, []);
  return { frame, state, send };
}
