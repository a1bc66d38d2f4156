/** React: the widget for similar products, with the page's own router in place of its links. */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import { useEffect, useRef } from "react";

type Widget = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
  "item-id"?: string;
  "item-link"?: string;
  count?: number;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "deepstyle-similar": Widget;
    }
  }
}

type SimilarProps = { server: string; itemId: string; onSelect: (itemId: string) => void };

export function Similar({ server, itemId, onSelect }: SimilarProps) {
  const widget = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = widget.current;
    const select = (event: Event) => {
      event.preventDefault(); // the link is not followed
      onSelect((event as CustomEvent<{ item: { item_id: string } }>).detail.item.item_id);
    };
    element?.addEventListener("deepstyle:select", select);
    return () => element?.removeEventListener("deepstyle:select", select);
  }, [onSelect]);
  return (
    <>
      <script src={`${server}/embed/deepstyle.js`} async />
      <deepstyle-similar ref={widget} item-id={itemId} item-link="/products/{item_id}" count={4} />
    </>
  );
}
